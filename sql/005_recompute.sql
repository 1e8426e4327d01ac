-- The same sums once more, in SQL alone: canonical payloads of present calls, and the whole chain, by nothing but the built-in sha256.
--
-- A second implementation of SPEC.md, to be asked inside the database. The verdict on an export is the verifier's: what is computed here
-- whoever controls the database can make say anything.

create or replace function call_verify.refuse_member(member text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'the call record has no canonical payload: %', member using errcode = 'data_exception';
end
$$;

-- `"member":"text"`; refuses a value that is missing, no string, longer than this many characters, or does not fit the pattern.
create or replace function call_verify.text_member(record json, member text, most int, pattern text, folded boolean) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  content text := record ->> member;
begin
  if json_typeof(record -> member) is distinct from 'string' or char_length(content) > most or content !~ pattern then
    perform call_verify.refuse_member(member);
  end if;
  return to_json(member) || ':' || to_json(case when folded then lower(content collate "C") else content end);
end
$$;

-- The canonical payload of a call record; an error for a record that has none.
create or replace function call_verify.canonical_payload(content text) returns text
language plpgsql stable strict set search_path = pg_catalog, pg_temp set extra_float_digits = 1 as $$
declare
  uuid constant text := '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';
  token constant text := '^[A-Za-z0-9][A-Za-z0-9_-]*$';
  record json := content::json;
  caller text := record ->> 'caller';
  instant text := call_verify.canonical_time(record ->> 'timestamp');
  duration text := record ->> 'duration';
  seconds numeric;
  flags text[] := array[]::text[];
  member text;
begin
  if json_typeof(record) <> 'object' then
    perform call_verify.refuse_member('it is no object');
  end if;
  if exists (select from json_object_keys(record) as names (name) group by name having count(*) > 1) then
    perform call_verify.refuse_member('a member appears twice');
  end if;
  if json_typeof(record -> 'timestamp') is distinct from 'string' or instant is null then
    perform call_verify.refuse_member('timestamp');
  end if;
  if json_typeof(record -> 'caller') is distinct from 'string' or char_length(caller) not between 1 and 256 then
    perform call_verify.refuse_member('caller');
  end if;
  if left(caller, 1) = '+' then
    caller := translate(caller, ' -.()', '');
    if caller !~ '^[+][1-9][0-9]{6,14}$' then
      perform call_verify.refuse_member('caller');
    end if;
  end if;
  -- A number is what a double makes of it.
  if json_typeof(record -> 'duration') is distinct from 'number' or duration ~ '^-' then
    perform call_verify.refuse_member('duration');
  end if;
  seconds := case
    when duration ~ '^[0-9]+$' then duration::numeric
    -- Half of the smallest double above zero.
    when duration::numeric <= 2.4703282292062327e-324 then 0
    else duration::float8::text::numeric
  end;
  if seconds <> trunc(seconds) or seconds > 9007199254740991 then
    perform call_verify.refuse_member('duration');
  end if;
  foreach member in array array['answered', 'transferred', 'abandoned'] loop
    if json_typeof(record -> member) is distinct from 'boolean' then
      perform call_verify.refuse_member(member);
    end if;
    flags := flags || ('"' || member || '":' || (record ->> member));
  end loop;
  return '{' || concat_ws(',',
    call_verify.text_member(record, 'call_id', 36, uuid, true),
    call_verify.text_member(record, 'tenant_id', 36, uuid, true),
    '"timestamp":"' || instant || '"',
    '"caller":' || to_json(caller),
    call_verify.text_member(record, 'direction', 8, '^([Ii][Nn]|[Oo][Uu][Tt])[Bb][Oo][Uu][Nn][Dd]$', true),
    '"duration":' || trunc(seconds),
    call_verify.text_member(record, 'disposition', 64, token, true),
    array_to_string(flags, ','),
    call_verify.text_member(record, 'ai_agent', 256, '.', false),
    call_verify.text_member(record, 'sentiment', 64, token, true),
    call_verify.text_member(record, 'purpose', 256, '.', false),
    call_verify.text_member(record, 'transcript', null, '', false),
    case when record ->> 'recording_ref' <> '' then call_verify.text_member(record, 'recording_ref', 2048, '.', false) end,
    case when record ->> 'salt' is not null then call_verify.text_member(record, 'salt', 64, '^[0-9A-Fa-f]{64}$', true) end
  ) || '}';
end
$$;

-- The canonical payload's hash, or null for a record that has none.
create or replace function call_verify.payload_hash(content text) returns text
language plpgsql stable strict set search_path = pg_catalog, pg_temp as $$
begin
  return call_verify.sha256_hex(call_verify.canonical_payload(content));
exception when data_exception then
  return null;
end
$$;

create or replace view call_verify.recomputed_calls with (security_invoker = true) as
  select sealed.tenant_id, sealed.call_id, sealed.version, sealed.canonical_payload_hash as sealed_hash, present.hash as computed_hash,
    case
      when exists (
        select from public.call_verify_events as event
        where (event.tenant_id, event.call_id, event.version, event.event_type)
          = (sealed.tenant_id, sealed.call_id, sealed.version, 'version.revoked')
      ) then 'revoked'
      when present.hash is null then 'not_proven'
      when present.hash = sealed.canonical_payload_hash then 'verified'
      else 'mismatch'
    end as result
  from (
    select distinct on (tenant_id, call_id) * from public.call_verify_versions order by tenant_id, call_id, version desc
  ) as sealed
  left join lateral (
    select call_verify.payload_hash(record) as hash from call_verify.current_calls as call
    where (call.tenant_id, call.call_id) = (sealed.tenant_id, sealed.call_id)
  ) as present on true;
comment on view call_verify.recomputed_calls is 'Each sealed call against its latest version, computed from its present record in SQL alone.';

-- Everything that does not hold in a chain, each place once for each reason. An empty answer is a chain that holds in itself.
create or replace view call_verify.chain_findings with (security_invoker = true) as
  with entries as (
    select entry.*, chain.chain_id,
      lag(entry.entry_hash, 1, chain.chain_id) over by_seq as link,
      row_number() over by_seq - 1 as place,
      call_verify.payload_in(entry.entry, entry.entity_id, entry.event_type, entry.prev_hash, entry.occurred_at)::json as payload
    from public.audit_log_chain as entry join public.chain_heads as chain using (tenant_id)
    window by_seq as (partition by entry.tenant_id order by entry.seq)
  ), repeated as (
    select tenant_id, seq, 'version.created' as event_type, record::text as said from public.call_verify_records as record
    union all
    select tenant_id, seq, 'version.created', sealed::text from public.call_verify_versions as sealed
    union all
    select tenant_id, seq, event_type, event::text from public.call_verify_events as event
  ), stated as (
    select tenant_id, seq, event_type, call_verify.record_in(tenant_id, seq, payload)::text as said from entries where event_type = 'version.created'
    union all
    select tenant_id, seq, event_type, call_verify.version_in(tenant_id, seq, payload)::text from entries where event_type = 'version.created'
    union all
    select tenant_id, seq, event_type, call_verify.event_in(tenant_id, seq, entity_id, event_type, occurred_at, payload)::text
    from entries where event_type in ('version.revoked', 'verification.recorded')
  )
  select tenant_id, seq, 'entry-hash' as finding from entries where entry_hash <> call_verify.sha256_hex(entry)
  union all
  select tenant_id, seq, 'entry-text' from entries where payload is null
  union all
  select tenant_id, seq, 'link' from entries where prev_hash <> link
  union all
  select tenant_id, seq, 'position' from entries where seq <> place
  union all
  select tenant_id, seq, 'repeated-row' from (
    (select * from repeated except all select * from stated) union all (select * from stated except all select * from repeated)
  ) as differing
  union all
  select chain.tenant_id, chain.size, 'head' from public.chain_heads as chain cross join lateral (
    select count(*) as size, coalesce((array_agg(entry.entry_hash order by entry.seq desc))[1], chain.chain_id) as head
    from public.audit_log_chain as entry where entry.tenant_id = chain.tenant_id
  ) as found
  where (chain.size, chain.head) <> (found.size, found.head) or chain.chain_id <> call_verify.sha256_hex(chain.header);
comment on view call_verify.chain_findings is 'What does not hold in the chains, computed in SQL alone.';

revoke all on all functions in schema call_verify from public;
grant execute on all functions in schema call_verify to call_verify_sealer, call_verify_verifier, call_verify_revoker, call_verify_auditor;
grant select on call_verify.recomputed_calls, call_verify.chain_findings to call_verify_auditor, call_verify_verifier;
