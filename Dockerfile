# rxlint in an image that holds nothing else: no shell, no libraries, no root. docs/jobs.md says how to run it.
#
#   docker build -t rxlint .                        crates from the registry
#   cargo vendor --locked vendor > .cargo/config.toml && docker build --network=none -t rxlint .      crates from vendor/
FROM rust:1-slim AS build
WORKDIR /src
COPY . .
# A static binary: the target is named so that the flag does not reach build scripts.
RUN set -eu; \
    host=$(rustc -vV | sed -n 's/^host: //p'); \
    if [ -d vendor ]; then offline=--offline; else offline=; fi; \
    RUSTFLAGS='-C target-feature=+crt-static' cargo build --profile dist --locked $offline --target "$host"; \
    mkdir -p /out/tmp /out/work; \
    chmod 1777 /out/tmp; \
    cp "target/$host/dist/rxlint" /out/rxlint

FROM scratch
COPY --from=build /out/ /
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/rxlint"]
CMD ["--help"]
