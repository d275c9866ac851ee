//! Compressed streams, recognised by their first bytes, not by the name of the file.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// Up to this many unpacked bytes the ratio is not checked.
pub(crate) const SMALL: u64 = if cfg!(test) { 1 << 20 } else { 64 << 20 };

/// Exports shrink to a twentieth, logs to a hundredth of their size. A file that unpacks to more
/// than this many times its size was made to fill a disk.
pub(crate) const MOST_TIMES: u64 = 400;

/// This many bytes show how a stream is compressed.
pub(super) const HEAD: usize = 6;

/// How a stream is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// The memory that a file may require for unpacking, in KiB. Files of `xz -9` need 64 MiB.
const XZ_MEMORY: u32 = 192 << 10;

impl Packing {
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            // A data block follows immediately, or the end of an empty file.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, ..] => Some(Self::Bzip2),
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            _ => None,
        }
    }

    /// The name, for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }
}

/// A compressed stream, read unpacked. If its data are broken it ends early, and `damage` says so; what came before is good.
pub(super) struct Unpacker<R: Read> {
    decoder: Decoder<R>,
    counts: Arc<Counts>,
    unpacked: u64,
    damage: Option<String>,
}

#[allow(clippy::large_enum_variant, reason = "there is one for each compressed file")]
enum Decoder<R: Read> {
    Gzip(Box<MultiGzDecoder<BufReader<CountedReader<R>>>>),
    Zstd(Box<Frames<R>>),
    Bzip2(Box<MultiBzDecoder<BufReader<CountedReader<R>>>>),
    Xz(Box<XzReader<BufReader<CountedReader<R>>>>),
}

impl<R: Read> Unpacker<R> {
    pub(super) fn new(packing: Packing, stream: R) -> Self {
        let counts = Arc::new(Counts::default());
        let counted = BufReader::with_capacity(
            1 << 16,
            CountedReader { stream, counts: Arc::clone(&counts) },
        );
        let decoder = match packing {
            Packing::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(counted))),
            Packing::Zstd => Decoder::Zstd(Box::new(Frames {
                stream: counted,
                frame: FrameDecoder::new(),
                open: false,
            })),
            Packing::Bzip2 => Decoder::Bzip2(Box::new(MultiBzDecoder::new(counted))),
            Packing::Xz => Decoder::Xz(Box::new(XzReader::new_mem_limit(counted, true, XZ_MEMORY))),
        };
        Self { decoder, counts, unpacked: 0, damage: None }
    }

    /// How many compressed bytes were read.
    pub(super) fn packed(&self) -> u64 {
        self.counts.read.load(Ordering::Relaxed)
    }

    /// What is wrong with the data, if they ended early.
    pub(super) fn into_damage(self) -> Option<String> {
        self.damage
    }
}

impl<R: Read> Read for Unpacker<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.damage.is_some() {
            return Ok(0);
        }
        let result = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.read(buffer),
            Decoder::Zstd(frames) => frames.read(buffer),
            Decoder::Bzip2(decoder) => decoder.read(buffer),
            Decoder::Xz(decoder) => decoder.read(buffer),
        };
        match result {
            Ok(got) => {
                self.unpacked += got as u64;
                if self.unpacked > SMALL && self.unpacked / MOST_TIMES > self.packed() {
                    return Err(io::Error::other(format!(
                        "it unpacks to more than {MOST_TIMES} times its size, as files do that were made to fill a disk; if it is what it should be, unpack it yourself and give rxlint the result"
                    )));
                }
                Ok(got)
            }
            Err(error)
                if self.counts.failed.load(Ordering::Relaxed)
                    || error.kind() == io::ErrorKind::Interrupted =>
            {
                Err(error)
            }
            Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Err(io::Error::other(
                "it asks for more memory to be unpacked than an export needs; if it is what it should be, unpack it yourself and give rxlint the result",
            )),
            Err(_) => {
                let (packed, unpacked) = (self.packed(), self.unpacked);
                self.damage = Some(format!(
                    "the compressed data are broken or cut off: what the first {packed} of their bytes hold was read ({unpacked} bytes once unpacked), what follows was not: copy the file again"
                ));
                Ok(0)
            }
        }
    }
}

/// What is known about a stream beneath a decoder.
#[derive(Debug, Default)]
struct Counts {
    read: AtomicU64,
    failed: AtomicBool,
}

/// A stream that counts, and remembers whether it was the one that failed.
struct CountedReader<R> {
    stream: R,
    counts: Arc<Counts>,
}

impl<R: Read> Read for CountedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.stream.read(buffer);
        match &result {
            Ok(got) => {
                self.counts.read.fetch_add(*got as u64, Ordering::Relaxed);
            }
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.counts.failed.store(true, Ordering::Relaxed);
            }
            Err(_) => {}
        }
        result
    }
}

/// The frames of a Zstandard stream, one after the other.
struct Frames<R> {
    stream: BufReader<CountedReader<R>>,
    frame: FrameDecoder,
    open: bool,
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.open {
                while self.frame.can_collect() < buffer.len() && !self.frame.is_finished() {
                    let enough = ruzstd::decoding::BlockDecodingStrategy::UptoBlocks(1);
                    self.frame.decode_blocks(&mut self.stream, enough).map_err(io::Error::other)?;
                }
                let got = self.frame.read(buffer)?;
                if got > 0 {
                    return Ok(got);
                }
                let stated = self.frame.get_checksum_from_data();
                if stated.is_some() && stated != self.frame.get_calculated_checksum() {
                    return Err(io::Error::other("checksum"));
                }
                self.open = false;
            }
            if self.stream.fill_buf()?.is_empty() {
                return Ok(0);
            }
            match self.frame.reset(&mut self.stream) {
                Ok(()) => self.open = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let skipped =
                        io::copy(&mut (&mut self.stream).take(length.into()), &mut io::sink())?;
                    if skipped < u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn unpack(bytes: &[u8]) -> (io::Result<Vec<u8>>, Option<String>, u64) {
        let mut unpacker = Unpacker::new(Packing::of(bytes).unwrap(), bytes);
        let mut out = Vec::new();
        let result = unpacker.read_to_end(&mut out).map(|_| out);
        let packed = unpacker.packed();
        (result, unpacker.into_damage(), packed)
    }

    #[test]
    fn whole_streams_and_several_in_a_row() {
        let text = b"patient,drug\n1,a\n".repeat(20_000);
        for packed in [gzip(&text), zstd(&text)] {
            let (result, damage, read) = unpack(&packed);
            assert!(result.unwrap() == text && damage.is_none() && read == packed.len() as u64);
            let twice = [packed.clone(), packed].concat();
            assert_eq!(unpack(&twice).0.unwrap().len(), 2 * text.len());
        }
        let skippable = [b"\x50\x2A\x4D\x18\x02\0\0\0xx".to_vec(), zstd(&text)].concat();
        assert_eq!(unpack(&skippable).0.unwrap().len(), text.len());
        assert_eq!(Packing::of(b"patient"), None);
    }

    #[test]
    fn broken_tails_end_early_and_say_so() {
        let text: Vec<u8> = (0..200_000u32)
            .flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 7).to_le_bytes())
            .collect();
        for packed in [gzip(&text), zstd(&text)] {
            let (result, damage, _) = unpack(&packed[..packed.len() / 2]);
            let got = result.unwrap();
            assert!(!got.is_empty() && got.len() < text.len() && text.starts_with(&got));
            assert!(damage.unwrap().contains("broken or cut off"));
        }
        let mut wrong = gzip(&text);
        let at = wrong.len() - 6;
        wrong[at] ^= 0xFF;
        assert!(unpack(&wrong).1.is_some());
    }

    #[test]
    fn a_stream_that_grows_beyond_reason_is_refused() {
        let packed = gzip(&vec![0; 3 << 20]);
        let error = unpack(&packed).0.unwrap_err();
        assert!(error.to_string().contains("400 times its size"), "{error}");
    }
}
