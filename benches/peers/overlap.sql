-- The three main rules in SQL, by regular expression and join: patients with an antagonist and an opioid on the same day.
create temp table fills as
select patient_id, fill_date as first, fill_date + days_supply::int as last_free,
       case when regexp_matches(drug_name, '(?i)\b(naltrexone|vivitrol|contrave)\b') then 'antagonist'
            when regexp_matches(drug_name, '(?i)\btramadol\b') then 'tramadol-antagonist-overlap'
            when regexp_matches(drug_name, '(?i)\b(buprenorphine|methadone)\b') then 'maintenance-opioid-overlap'
            when regexp_matches(drug_name, '(?i)\b(oxycodone|hydrocodone|morphine|fentanyl|codeine|hydromorphone)\b') then 'opioid-antagonist-overlap'
       end as kind
from read_csv(getvariable('export'), columns = {
    'claim_id': 'VARCHAR', 'plan_id': 'VARCHAR', 'patient_id': 'VARCHAR', 'birth_date': 'VARCHAR', 'sex': 'VARCHAR', 'zip': 'VARCHAR',
    'pharmacy_id': 'VARCHAR', 'prescriber_npi': 'VARCHAR', 'rx_number': 'VARCHAR', 'fill_number': 'VARCHAR', 'fill_date': 'DATE', 'ndc': 'VARCHAR',
    'drug_name': 'VARCHAR', 'plan_type': 'VARCHAR', 'quantity': 'VARCHAR', 'days_supply': 'INTEGER', 'status': 'VARCHAR', 'paid_amount': 'VARCHAR'},
    header = true, delim = ',')
where status = 'PAID' and kind is not null;

select o.kind, count(distinct o.patient_id) as patients
from fills a join fills o on a.patient_id = o.patient_id
where a.kind = 'antagonist' and o.kind <> 'antagonist' and o.first < a.last_free and a.first < o.last_free
group by o.kind order by o.kind;
