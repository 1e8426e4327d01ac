-- Where the present state of calls is read.
--
-- The view call_verify.current_calls is the one place that the ledger looks at. A platform that keeps calls in a table of its own leaves this file
-- out and defines the view over that, with security_invoker, the same four columns, one row for each call, and times turned into text in UTC as
-- below: a driver makes a Date of a timestamptz, which loses microseconds. to_char writes no sign of a year before 1; what is marked as such is
-- refused.

create table if not exists public.calls (
  tenant_id uuid not null,
  call_id uuid not null,
  "timestamp" timestamptz not null,
  caller text not null,
  direction text not null,
  duration bigint not null,
  disposition text not null,
  answered boolean not null,
  transferred boolean not null,
  abandoned boolean not null,
  ai_agent text not null,
  sentiment text not null,
  purpose text not null,
  transcript text not null,
  recording_ref text,
  salt text,
  finalized boolean not null default false,
  primary key (tenant_id, call_id)
);
comment on table public.calls is 'Calls as the platform has them now. They may change; what is sealed is in the ledger.';
comment on column public.calls.tenant_id is 'Whose call it is.';
comment on column public.calls.call_id is 'Names the call.';
comment on column public.calls."timestamp" is 'When it began, to the microsecond.';
comment on column public.calls.caller is 'Number in E.164, or another name of the caller.';
comment on column public.calls.direction is 'inbound or outbound.';
comment on column public.calls.duration is 'Whole seconds.';
comment on column public.calls.disposition is 'How it ended.';
comment on column public.calls.answered is 'Whether it was answered.';
comment on column public.calls.transferred is 'Whether it was transferred.';
comment on column public.calls.abandoned is 'Whether the caller gave up.';
comment on column public.calls.ai_agent is 'The agent that spoke.';
comment on column public.calls.sentiment is 'What the agent made of it.';
comment on column public.calls.purpose is 'What it was about.';
comment on column public.calls.transcript is 'What was said.';
comment on column public.calls.recording_ref is 'Where the recording is.';
comment on column public.calls.salt is '32 random bytes in hex, chosen once, or null.';
comment on column public.calls.finalized is 'Whether transcript, metadata and outputs are final: then it may be sealed.';

alter table public.calls enable row level security;
drop policy if exists read on public.calls;
create policy read on public.calls for select to call_verify_sealer, call_verify_verifier, call_verify_auditor
  using (tenant_id = (select call_verify.tenant()));
grant select on public.calls to call_verify_sealer, call_verify_verifier, call_verify_auditor;

create or replace view call_verify.current_calls with (security_invoker = true) as
  select tenant_id, call_id, json_build_object(
    'call_id', call_id,
    'tenant_id', tenant_id,
    'timestamp', to_char("timestamp" at time zone 'UTC', case when "timestamp" < timestamptz '0001-01-01T00:00:00Z' then 'BC ' else '' end || 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'caller', caller,
    'direction', direction,
    'duration', duration,
    'disposition', disposition,
    'answered', answered,
    'transferred', transferred,
    'abandoned', abandoned,
    'ai_agent', ai_agent,
    'sentiment', sentiment,
    'purpose', purpose,
    'transcript', transcript,
    'recording_ref', recording_ref,
    'salt', salt
  )::text as record, finalized
  from public.calls;
comment on view call_verify.current_calls is 'The present record of each call as JSON text, and whether it is final.';
grant select on call_verify.current_calls to call_verify_sealer, call_verify_verifier, call_verify_auditor;
