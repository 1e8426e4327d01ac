-- What keeps the chain a chain: each insert is checked against the entry's own text and the tenant's head, and nothing is ever changed.
--
-- No function here runs with other rights than its caller's. Rows that repeat what an entry says must repeat it exactly, so that whoever may
-- insert them can do no more than the entry does. pg_temp is named last in every search path: where it is not named, a caller's temporary type
-- called text or json would stand in front of the real one. No literal has a backslash but in E'', which no setting of a session reads otherwise.

-- The tenant in whose name a session works: the setting, or else the claim of a JWT. Two that disagree are nobody.
create or replace function call_verify.tenant() returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  setting uuid := nullif(current_setting('call_verify.tenant', true), '')::uuid;
  claim uuid := nullif(nullif(current_setting('request.jwt.claims', true), '')::json #>> '{app_metadata,tenant_id}', '')::uuid;
begin
  if setting <> claim then
    return null;
  end if;
  return coalesce(setting, claim);
end
$$;

create or replace function call_verify.sha256_hex(content text) returns text
language sql stable strict parallel safe set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(convert_to(content, 'UTF8')), 'hex')
$$;

-- A time in canonical form, or null: RFC 3339 with an offset, at most six digits of fraction, in the years 0001 to 9999 of UTC.
create or replace function call_verify.canonical_time(content text) returns text
language plpgsql stable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  parts text[] := regexp_match(content,
    '^([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))[Tt]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?)(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))$');
  instant timestamp;
begin
  if parts is null then
    return null;
  end if;
  instant := (parts[1] || ' ' || parts[2])::timestamp;
  if parts[3] is not null then
    instant := instant - (parts[3] || parts[4] || ':' || parts[5])::interval;
  end if;
  if instant < timestamp '0001-01-01' or instant >= timestamp '10000-01-01' then
    return null;
  end if;
  return regexp_replace(to_char(instant, 'YYYY-MM-DD"T"HH24:MI:SS.US'), '[.]?0*$', '') || 'Z';
exception when datetime_field_overflow or invalid_datetime_format then
  return null;
end
$$;

-- The payload's text within an entry whose other four members are these; null if the entry says anything else.
create or replace function call_verify.payload_in(entry text, entity_id text, event_type text, prev_hash text, occurred_at text) returns text
language plpgsql stable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  front text := '{"entity_id":' || to_json(entity_id) || ',"event_type":"' || event_type || '","payload":';
  rear text := ',"prev_hash":"' || prev_hash || '","timestamp":"' || occurred_at || '"}';
  payload text;
begin
  payload := substr(entry, length(front) + 1, length(entry) - length(front) - length(rear));
  if front || payload || rear <> entry or left(payload, 1) <> '{' or right(payload, 1) <> '}' or json_typeof(payload::json) <> 'object' then
    return null;
  end if;
  return payload;
exception when invalid_text_representation or substring_error then
  return null;
end
$$;

-- The canonical text of JSON; an error for what has none. Whether a number's digits are the fewest is left to the verifier.
create or replace function call_verify.canonical_json(value json, depth int) returns text
language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  content text := value #>> '{}';
  members int := 0;
  names int := 0;
begin
  case json_typeof(value)
    when 'object' then
      -- Names in the order of UTF-16, in which what lies beyond U+FFFF stands in front of U+E000.
      select '{' || coalesce(string_agg(to_json(key) || ':' || call_verify.canonical_json(member, depth - 1), ','
        order by regexp_replace(key, e'([\\U00010000-\\U0010FFFF])', e'\uD7FF\\1', 'g') collate "C"), '') || '}', count(*), count(distinct key)
      into content, members, names from json_each(value) as members (key, member);
    when 'array' then
      select '[' || coalesce(string_agg(call_verify.canonical_json(item, depth - 1), ',' order by place), '') || ']'
      into content from json_array_elements(value) with ordinality as items (item, place);
    when 'string' then
      return to_json(content);
    when 'number' then
      if content !~ '^(0|-?(0[.][0-9]*[1-9]|[1-9][0-9]*([.][0-9]*[1-9])?)(e[+-][1-9][0-9]{0,2})?)$'
        or abs(content::float8) = 'infinity' or content !~ '[.e]' and abs(content::numeric) > 9007199254740991
      then
        raise exception 'a number is not in canonical form' using errcode = 'check_violation';
      end if;
    else
      null;
  end case;
  if depth < 1 and json_typeof(value) in ('object', 'array') or members > 256 or names <> members then
    raise exception 'a payload is too deep, too wide or has a member twice' using errcode = 'check_violation';
  end if;
  return coalesce(content, 'null');
end
$$;

-- `,"signatures":[…]` as it stands in the canonical text of a payload; empty if there are none.
create or replace function call_verify.signatures_in(payload json) returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce(',"signatures":[' || (
    select string_agg(to_json(line)::text, ',' order by place)
    from json_array_elements_text(payload -> 'signatures') with ordinality as lines (line, place)
  ) || ']', '')
$$;

create or replace function call_verify.record_in(tenant uuid, seq bigint, payload json) returns public.call_verify_records
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select row(
    tenant, payload ->> 'canonical_payload_hash', (payload ->> 'call_id')::uuid, seq,
    payload #>> '{component_hashes,metadata}', payload #>> '{component_hashes,transcript}', payload #>> '{component_hashes,recording}',
    '{' || (
      select string_agg(to_json(key) || ':' || to_json(value), ',' order by key collate "C")
      from json_each_text(payload -> 'field_commitments')
    ) || '}'
  )::public.call_verify_records
$$;

create or replace function call_verify.version_in(tenant uuid, seq bigint, payload json) returns public.call_verify_versions
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select row(
    tenant, (payload ->> 'call_id')::uuid, (payload ->> 'version')::bigint, (payload ->> 'supersedes')::bigint,
    payload ->> 'canonical_payload_hash', payload ->> 'finalized_at', seq
  )::public.call_verify_versions
$$;

create or replace function call_verify.event_in(tenant uuid, seq bigint, entity_id text, event_type text, occurred_at text, payload json)
returns public.call_verify_events
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select row(
    tenant, seq, entity_id::uuid, event_type, (payload ->> 'version')::bigint,
    coalesce(payload ->> 'canonical_payload_hash', payload ->> 'expected_hash'),
    payload ->> 'computed_hash', payload ->> 'result', payload ->> 'method', payload ->> 'reason', payload ->> 'policy',
    payload #>> '{actor,type}', payload #>> '{actor,id}', occurred_at
  )::public.call_verify_events
$$;

-- The canonical text of a version record, from the rows that repeat it.
create or replace function call_verify.version_text(record public.call_verify_records, version public.call_verify_versions, signatures text)
returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '{"call_id":"' || version.call_id || '","canonical_payload_hash":"' || version.canonical_payload_hash || '",'
    || coalesce('"field_commitments":' || record.field_commitments || ',"finalized_at":"' || version.finalized_at,
      '"component_hashes":{"metadata":"' || record.metadata_hash || coalesce('","recording":"' || record.recording_hash, '')
      || '","transcript":"' || record.transcript_hash || '"},"finalized_at":"' || version.finalized_at)
    || '","schema":"call/1"' || signatures || coalesce(',"supersedes":' || version.supersedes, '')
    || ',"tenant_id":"' || version.tenant_id || '","verification_status":"verified","version":' || version.version || '}'
$$;

-- The canonical text of a revocation or an attempt, from the row that repeats it.
create or replace function call_verify.event_text(event public.call_verify_events, signatures text) returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '{"actor":{"id":' || to_json(event.actor_id) || ',"type":"' || event.actor_type || '"},'
    || case event.event_type
      when 'version.revoked' then '"canonical_payload_hash":"' || event.canonical_payload_hash || '","policy":' || to_json(event.policy)
        || ',"reason":' || to_json(event.reason) || signatures
      else '"computed_hash":"' || event.computed_hash || '","expected_hash":"' || event.canonical_payload_hash
        || '","method":' || to_json(event.method) || ',"result":"' || event.result || '"' end
    || ',"version":' || event.version || '}'
$$;

create or replace function call_verify.check_tenant(tenant uuid) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if tenant is distinct from call_verify.tenant() then
    raise exception 'the ledger is written only in the name of the tenant' using errcode = 'insufficient_privilege';
  end if;
end
$$;

create or replace function call_verify.begin_chain() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform call_verify.check_tenant(new.tenant_id);
  if call_verify.canonical_time(new.created_at) is distinct from new.created_at then
    raise exception 'created_at is not in canonical form' using errcode = 'check_violation';
  end if;
  new.header := '{"created_at":"' || new.created_at || '","format":"call-stream-verify/1","hash":"sha-256","origin":'
    || to_json(new.origin) || ',"tenant_id":"' || new.tenant_id || '"}';
  new.chain_id := call_verify.sha256_hex(new.header);
  new.size := 0;
  new.head := new.chain_id;
  return new;
end
$$;

-- A head moves by one entry, which must be there and link to it: whoever may move it can do nothing but what appending does.
create or replace function call_verify.move_head() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (new.tenant_id, new.origin, new.created_at, new.header, new.chain_id)
    is distinct from (old.tenant_id, old.origin, old.created_at, old.header, old.chain_id)
    or new.size <> old.size + 1
    or not exists (
      select from public.audit_log_chain as entry
      where (entry.tenant_id, entry.seq, entry.prev_hash, entry.entry_hash) = (old.tenant_id, old.size, old.head, new.head)
    )
  then
    raise exception 'a chain''s head is moved by entries alone' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;

create or replace function call_verify.link_entry() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  chain public.chain_heads;
begin
  perform call_verify.check_tenant(new.tenant_id);
  select * into chain from public.chain_heads where tenant_id = new.tenant_id for no key update;
  if chain.tenant_id is null then
    raise exception 'the tenant has no chain' using errcode = 'foreign_key_violation';
  end if;
  -- As if transactions had collided: the same work done again finds its place.
  if new.seq <> chain.size or new.prev_hash <> chain.head then
    raise exception 'an entry stands behind the head' using errcode = 'serialization_failure';
  end if;
  if new.entry_hash <> call_verify.sha256_hex(new.entry) then
    raise exception 'entry_hash is not the SHA-256 of the entry' using errcode = 'check_violation';
  end if;
  if call_verify.canonical_time(new.occurred_at) is distinct from new.occurred_at
    or call_verify.payload_in(new.entry, new.entity_id, new.event_type, new.prev_hash, new.occurred_at) is null
  then
    raise exception 'the entry does not say what its columns say' using errcode = 'check_violation';
  end if;
  return new;
end
$$;

create or replace function call_verify.follow_entry() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  payload text := call_verify.payload_in(new.entry, new.entity_id, new.event_type, new.prev_hash, new.occurred_at);
  record public.call_verify_records;
  version public.call_verify_versions;
  event public.call_verify_events;
begin
  update public.chain_heads set size = new.seq + 1, head = new.entry_hash where tenant_id = new.tenant_id;
  -- Row-level security hides the head from who has become somebody else since the entry was checked, in RETURNING for instance.
  if not found then
    raise exception 'the head did not follow the entry' using errcode = 'insufficient_privilege';
  end if;
  if new.event_type = 'version.created' then
    record := call_verify.record_in(new.tenant_id, new.seq, payload::json);
    version := call_verify.version_in(new.tenant_id, new.seq, payload::json);
    if new.entity_id <> version.call_id::text
      or call_verify.canonical_time(version.finalized_at) is distinct from version.finalized_at
      or payload is distinct from call_verify.version_text(record, version, call_verify.signatures_in(payload::json))
    then
      raise exception 'it is no version record in canonical form' using errcode = 'check_violation';
    end if;
    insert into public.call_verify_records select record.*;
    insert into public.call_verify_versions select version.*;
  elsif new.event_type in ('version.revoked', 'verification.recorded') then
    event := call_verify.event_in(new.tenant_id, new.seq, new.entity_id, new.event_type, new.occurred_at, payload::json);
    if new.entity_id <> event.call_id::text
      or payload is distinct from call_verify.event_text(event, call_verify.signatures_in(payload::json))
      or not exists (
        select from public.call_verify_versions as sealed
        where (sealed.tenant_id, sealed.call_id, sealed.version, sealed.canonical_payload_hash)
          = (event.tenant_id, event.call_id, event.version, event.canonical_payload_hash)
      )
    then
      raise exception 'it is no event of a version in canonical form' using errcode = 'check_violation';
    end if;
    insert into public.call_verify_events select event.*;
  elsif payload is distinct from call_verify.canonical_json(payload::json, 30) then
    raise exception 'the payload is not in canonical form' using errcode = 'check_violation';
  end if;
  return null;
end
$$;

-- A row that repeats an entry says what the entry says.
create or replace function call_verify.check_repeated() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  source public.audit_log_chain;
  payload json;
  wanted text;
begin
  select * into source from public.audit_log_chain where (tenant_id, seq) = (new.tenant_id, new.seq);
  payload := call_verify.payload_in(source.entry, source.entity_id, source.event_type, source.prev_hash, source.occurred_at)::json;
  wanted := case
    when tg_table_name = 'call_verify_events' and source.event_type in ('version.revoked', 'verification.recorded') then
      call_verify.event_in(source.tenant_id, source.seq, source.entity_id, source.event_type, source.occurred_at, payload)::text
    when tg_table_name = 'call_verify_records' and source.event_type = 'version.created' then
      call_verify.record_in(source.tenant_id, source.seq, payload)::text
    when tg_table_name = 'call_verify_versions' and source.event_type = 'version.created' then
      call_verify.version_in(source.tenant_id, source.seq, payload)::text
  end;
  if wanted is distinct from new::text then
    raise exception 'the row does not say what its entry says' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;

-- The root of the tree over a chain's first entries (RFC 6962). What stands alone at the end of a level goes up as it is.
create or replace function call_verify.tree_root(tenant uuid, entries bigint) returns bytea
language plpgsql stable strict set search_path = pg_catalog, pg_temp as $$
declare
  level bytea[];
begin
  select array_agg(sha256(decode('00' || entry.entry_hash, 'hex')) order by entry.seq) into level
  from public.audit_log_chain as entry where entry.tenant_id = tenant and entry.seq < entries;
  while array_length(level, 1) > 1 loop
    select array_agg(coalesce(sha256(decode('01', 'hex') || hash || beside), hash) order by place) into level from (
      select hash, place, lead(hash) over (order by place) as beside from unnest(level) with ordinality as hashes (hash, place)
    ) as pairs where place % 2 = 1;
  end loop;
  return coalesce(level[1], sha256(''));
end
$$;

-- Whether a checkpoint's signature is good no database can tell; what it speaks of must be this chain.
create or replace function call_verify.check_checkpoint() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform call_verify.check_tenant(new.tenant_id);
  if not exists (
    select from public.chain_heads as chain
    where chain.tenant_id = new.tenant_id and new.size <= chain.size and starts_with(
      new.note,
      chain.origin || e'\n' || new.size || e'\n' || encode(call_verify.tree_root(new.tenant_id, new.size), 'base64') || e'\n'
    )
  ) then
    raise exception 'it is no checkpoint of this chain' using errcode = 'check_violation';
  end if;
  return new;
end
$$;

create or replace function call_verify.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% on %: the ledger is only ever appended to', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end
$$;

create or replace trigger begin_chain before insert on public.chain_heads for each row execute function call_verify.begin_chain();
create or replace trigger move_head before update on public.chain_heads for each row execute function call_verify.move_head();
create or replace trigger refuse_change before delete or truncate on public.chain_heads
  for each statement execute function call_verify.refuse_change();
create or replace trigger link_entry before insert on public.audit_log_chain for each row execute function call_verify.link_entry();
create or replace trigger follow_entry after insert on public.audit_log_chain for each row execute function call_verify.follow_entry();
create or replace trigger check_checkpoint before insert on public.audit_log_checkpoints
  for each row execute function call_verify.check_checkpoint();

do $$
declare
  name regclass;
begin
  foreach name in array array['public.call_verify_records', 'public.call_verify_versions', 'public.call_verify_events']::regclass[] loop
    execute format('create or replace trigger check_repeated before insert on %s for each row execute function call_verify.check_repeated()', name);
  end loop;
  -- Statements on a partition itself fire its own triggers only.
  for name in
    select unnest(array['public.audit_log_chain', 'public.call_verify_records', 'public.call_verify_versions', 'public.call_verify_events',
      'public.audit_log_checkpoints']::regclass[])
    union select relid from pg_partition_tree('public.audit_log_chain')
  loop
    execute format('create or replace trigger refuse_change before update or delete or truncate on %s for each statement execute function call_verify.refuse_change()', name);
  end loop;
end
$$;
