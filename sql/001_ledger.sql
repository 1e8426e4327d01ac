-- The ledger: one append-only chain for each tenant, and what its entries say of calls.
--
-- PostgreSQL 15 to 18, PGlite, Supabase. Each file can be applied again; together they are applied in the order of their numbers.
-- Digests are lower-case hex, times are text in the canonical form of SPEC.md: what was hashed is what is stored, and no setting of a
-- session shows it otherwise. Every key begins with tenant_id, so that tenants can be spread over partitions or machines.

do $$
begin
  if current_setting('server_encoding') <> 'UTF8' then
    raise exception 'the ledger needs a database in UTF8, which hashes are computed over';
  end if;
  if current_setting('server_version_num')::int < 150000 then
    raise exception 'the ledger needs PostgreSQL 15 or later';
  end if;
end
$$;

create schema if not exists call_verify;
comment on schema call_verify is 'Functions and views of the call ledger. The tables are in public.';

create table if not exists public.chain_heads (
  tenant_id uuid primary key,
  origin text not null check (origin ~ '^[!-*,-~]+$' and origin !~ '://' and char_length(origin) <= 256),
  created_at text not null,
  header text not null,
  chain_id text not null check (chain_id ~ '^[0-9a-f]{64}$'),
  size bigint not null default 0 check (size between 0 and 9007199254740991),
  head text not null check (head ~ '^[0-9a-f]{64}$'),
  check (size > 0 or head = chain_id)
);
comment on table public.chain_heads is 'Where each tenant''s chain ends. Its row is the lock under which entries are appended.';
comment on column public.chain_heads.tenant_id is 'Whose chain it is.';
comment on column public.chain_heads.origin is 'The C2SP origin line that names the log; its signing key has this name.';
comment on column public.chain_heads.created_at is 'When the chain was begun, in canonical form.';
comment on column public.chain_heads.header is 'The canonical text of the chain''s header.';
comment on column public.chain_heads.chain_id is 'SHA-256 of the header: what entry 0 links to.';
comment on column public.chain_heads.size is 'How many entries there are: the position of the next one.';
comment on column public.chain_heads.head is 'Hash of the last entry; the chain_id if there is none.';

-- Set call_verify.partitions before this file is applied for the first time to spread the chain by tenant.
do $$
declare
  partitions int := coalesce(nullif(current_setting('call_verify.partitions', true), ''), '0')::int;
begin
  if to_regclass('public.audit_log_chain') is not null then
    return;
  end if;
  execute $table$
    create table public.audit_log_chain (
      tenant_id uuid not null references public.chain_heads,
      seq bigint not null check (seq >= 0),
      entry_hash text not null check (entry_hash ~ '^[0-9a-f]{64}$'),
      prev_hash text not null check (prev_hash ~ '^[0-9a-f]{64}$'),
      entity_id text not null check (char_length(entity_id) between 1 and 256),
      event_type text not null check (event_type ~ '^[a-z0-9_-]+([.][a-z0-9_-]+)*$' and char_length(event_type) <= 64),
      occurred_at text not null,
      entry text not null check (octet_length(entry) <= 16777000),
      primary key (tenant_id, seq),
      unique (tenant_id, entry_hash),
      unique (tenant_id, prev_hash)
    )
  $table$ || case when partitions > 0 then 'partition by hash (tenant_id)' else '' end;
  for remainder in 0 .. partitions - 1 loop
    execute format(
      'create table public.audit_log_chain_%s partition of public.audit_log_chain for values with (modulus %s, remainder %s)',
      remainder, partitions, remainder
    );
  end loop;
end
$$;
create index if not exists audit_log_chain_entity on public.audit_log_chain (tenant_id, entity_id, seq);
comment on table public.audit_log_chain is 'The entries of all chains. Nothing else in the ledger is evidence; the tables below repeat what entries say.';
comment on column public.audit_log_chain.tenant_id is 'Whose chain it is.';
comment on column public.audit_log_chain.seq is 'Position in the chain, from 0 without a gap.';
comment on column public.audit_log_chain.entry_hash is 'SHA-256 of entry.';
comment on column public.audit_log_chain.prev_hash is 'entry_hash of the entry before; the chain_id for entry 0.';
comment on column public.audit_log_chain.entity_id is 'What the event is about: a call_id, a key name.';
comment on column public.audit_log_chain.event_type is 'What happened, such as version.created.';
comment on column public.audit_log_chain.occurred_at is 'When, by the clock of who appended it, in canonical form.';
comment on column public.audit_log_chain.entry is 'The canonical text that was hashed, to the byte; not jsonb, which rewrites numbers and order. A line of a bundle, 16 MiB, holds it.';

create table if not exists public.call_verify_records (
  tenant_id uuid not null,
  canonical_payload_hash text not null check (canonical_payload_hash ~ '^[0-9a-f]{64}$'),
  call_id uuid not null,
  seq bigint not null,
  metadata_hash text check (metadata_hash ~ '^[0-9a-f]{64}$'),
  transcript_hash text check (transcript_hash ~ '^[0-9a-f]{64}$'),
  recording_hash text check (recording_hash ~ '^[0-9a-f]{64}$'),
  field_commitments text check (field_commitments ~ replace(
    '^[{]"abandoned":#,"ai_agent":#,"answered":#,"call_id":#,"caller":#,"direction":#,"disposition":#,"duration":#,"purpose":#,'
      '("recording":#,)?("recording_ref":#,)?"sentiment":#,"tenant_id":#,"timestamp":#,"transcript":#,"transferred":#[}]$',
    '#', '"[0-9a-f]{64}"'
  )),
  primary key (tenant_id, canonical_payload_hash),
  unique (tenant_id, seq),
  foreign key (tenant_id, seq) references public.audit_log_chain,
  check (case when field_commitments is null
    then metadata_hash is not null and transcript_hash is not null
    else metadata_hash is null and transcript_hash is null and recording_hash is null end)
);
comment on table public.call_verify_records is 'The data that were sealed, by their digests. The data themselves stay where the platform keeps calls and can be erased there.';
comment on column public.call_verify_records.tenant_id is 'Whose call it is.';
comment on column public.call_verify_records.canonical_payload_hash is 'SHA-256 of the canonical payload.';
comment on column public.call_verify_records.call_id is 'The call.';
comment on column public.call_verify_records.seq is 'Position of the entry that sealed it.';
comment on column public.call_verify_records.metadata_hash is 'SHA-256 of the canonical payload without the transcript; null for a salted record.';
comment on column public.call_verify_records.transcript_hash is 'SHA-256 of the transcript; null for a salted record.';
comment on column public.call_verify_records.recording_hash is 'SHA-256 of the recording''s bytes, if they were given.';
comment on column public.call_verify_records.field_commitments is 'Canonical text of the members'' commitments; null for a record without a salt.';

create table if not exists public.call_verify_versions (
  tenant_id uuid not null,
  call_id uuid not null,
  version bigint not null check (version between 1 and 9007199254740991),
  supersedes bigint,
  canonical_payload_hash text not null,
  finalized_at text not null,
  seq bigint not null,
  primary key (tenant_id, call_id, version),
  unique (tenant_id, canonical_payload_hash),
  unique (tenant_id, seq),
  foreign key (tenant_id, canonical_payload_hash) references public.call_verify_records,
  foreign key (tenant_id, seq) references public.audit_log_chain,
  foreign key (tenant_id, call_id, supersedes) references public.call_verify_versions,
  check (supersedes is not distinct from nullif(version - 1, 0))
);
comment on table public.call_verify_versions is 'The versions of each call, numbered without a gap.';
comment on column public.call_verify_versions.tenant_id is 'Whose call it is.';
comment on column public.call_verify_versions.call_id is 'The call.';
comment on column public.call_verify_versions.version is 'Number of the version, from 1.';
comment on column public.call_verify_versions.supersedes is 'The version before; null for the first.';
comment on column public.call_verify_versions.canonical_payload_hash is 'What it seals.';
comment on column public.call_verify_versions.finalized_at is 'When it was sealed, in canonical form.';
comment on column public.call_verify_versions.seq is 'Position of its version.created entry.';

create table if not exists public.call_verify_events (
  tenant_id uuid not null,
  seq bigint not null,
  call_id uuid not null,
  event_type text not null check (event_type in ('verification.recorded', 'version.revoked')),
  version bigint not null,
  canonical_payload_hash text not null,
  computed_hash text check (computed_hash ~ '^[0-9a-f]{64}$'),
  result text check (result in ('verified', 'mismatch', 'revoked')),
  method text check (char_length(method) between 1 and 256),
  reason text check (char_length(reason) between 1 and 256),
  policy text check (char_length(policy) between 1 and 256),
  actor_type text not null check (actor_type in ('user', 'system', 'validator')),
  actor_id text not null check (char_length(actor_id) between 1 and 256),
  occurred_at text not null,
  primary key (tenant_id, seq),
  foreign key (tenant_id, seq) references public.audit_log_chain,
  foreign key (tenant_id, call_id, version) references public.call_verify_versions,
  check (case event_type
    when 'version.revoked' then num_nonnulls(reason, policy) = 2 and num_nonnulls(computed_hash, result, method) = 0 and actor_type <> 'validator'
    else num_nonnulls(computed_hash, result, method) = 3 and num_nonnulls(reason, policy) = 0 end)
);
create unique index if not exists call_verify_events_revocation
  on public.call_verify_events (tenant_id, call_id, version) where event_type = 'version.revoked';
create index if not exists call_verify_events_call on public.call_verify_events (tenant_id, call_id, seq);
comment on table public.call_verify_events is 'What happened to versions: attempts to verify a call, and revocations.';
comment on column public.call_verify_events.tenant_id is 'Whose call it is.';
comment on column public.call_verify_events.seq is 'Position of the entry that says so.';
comment on column public.call_verify_events.call_id is 'The call.';
comment on column public.call_verify_events.event_type is 'verification.recorded or version.revoked.';
comment on column public.call_verify_events.version is 'The version it is about.';
comment on column public.call_verify_events.canonical_payload_hash is 'What that version seals.';
comment on column public.call_verify_events.computed_hash is 'What was computed from the present record; null for a revocation.';
comment on column public.call_verify_events.result is 'What came of the attempt; null for a revocation.';
comment on column public.call_verify_events.method is 'How the present record was come by; null for a revocation.';
comment on column public.call_verify_events.reason is 'Code for the reason of a revocation.';
comment on column public.call_verify_events.policy is 'The rule a revocation was made under.';
comment on column public.call_verify_events.actor_type is 'What kind of actor did it.';
comment on column public.call_verify_events.actor_id is 'Who did it.';
comment on column public.call_verify_events.occurred_at is 'When, in canonical form.';

create table if not exists public.audit_log_checkpoints (
  tenant_id uuid not null references public.chain_heads,
  size bigint not null check (size >= 0),
  note_hash text not null,
  note text not null check (octet_length(note) <= 262144),
  primary key (tenant_id, size, note_hash),
  check (note_hash = encode(sha256(convert_to(note, 'UTF8')), 'hex'))
);
comment on table public.audit_log_checkpoints is 'Signed checkpoints. Only copies that are kept elsewhere show what a superuser changed here.';
comment on column public.audit_log_checkpoints.tenant_id is 'Whose chain it is.';
comment on column public.audit_log_checkpoints.size is 'How many entries it covers.';
comment on column public.audit_log_checkpoints.note_hash is 'SHA-256 of note.';
comment on column public.audit_log_checkpoints.note is 'The signed note, to the byte.';
