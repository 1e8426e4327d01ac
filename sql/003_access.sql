-- Who may do what: four roles, each for the tenant in whose name it works.
--
-- call_verify_sealer appends versions and events, call_verify_revoker revokes and may not seal, call_verify_verifier records attempts,
-- call_verify_auditor reads and exports. Roles of applications become members. Supabase's service_role is none, and may not touch a table.
-- Whoever applies this becomes a member of all four and, where it passes row-level security as Supabase's postgres does, is held by the
-- triggers alone: its connections are for whoever may do the work of every hand.

do $$
declare
  name text;
begin
  foreach name in array array['call_verify_sealer', 'call_verify_verifier', 'call_verify_revoker', 'call_verify_auditor'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I nologin noinherit', name);
    end if;
    -- Whoever applies this runs the functions of call-stream-verify/postgres, unless another login is made a member in its place. Roles belong
    -- to all databases of a server: in a second one they are there, and somebody else's to grant.
    begin
      execute format('grant %I to current_user', name);
    exception when insufficient_privilege then
      if not pg_has_role(current_user, name, 'member') then
        raise;
      end if;
    end;
    -- PostgREST becomes the role that a JWT names.
    if exists (select from pg_roles where rolname = 'authenticator') and not pg_has_role('authenticator', name, 'member') then
      execute format('grant %I to authenticator', name);
    end if;
  end loop;
end
$$;

revoke all on schema call_verify from public;
revoke all on all functions in schema call_verify from public;
grant usage on schema call_verify to call_verify_sealer, call_verify_verifier, call_verify_revoker, call_verify_auditor;
grant execute on all functions in schema call_verify to call_verify_sealer, call_verify_verifier, call_verify_revoker, call_verify_auditor;

do $$
declare
  name regclass;
  role text;
begin
  for name in
    select unnest(array['public.chain_heads', 'public.audit_log_chain', 'public.call_verify_records', 'public.call_verify_versions',
      'public.call_verify_events', 'public.audit_log_checkpoints']::regclass[])
    union select relid from pg_partition_tree('public.audit_log_chain')
  loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format('revoke all on %s from public', name);
    foreach role in array array['anon', 'authenticated', 'service_role', 'call_verify_sealer', 'call_verify_verifier', 'call_verify_revoker', 'call_verify_auditor'] loop
      if exists (select from pg_roles where rolname = role) then
        execute format('revoke all on %s from %I', name, role);
      end if;
    end loop;
  end loop;
  foreach name in array array['public.chain_heads', 'public.audit_log_chain', 'public.call_verify_records', 'public.call_verify_versions',
    'public.call_verify_events', 'public.audit_log_checkpoints']::regclass[]
  loop
    execute format('drop policy if exists read on %s', name);
    execute format('create policy read on %s for select to call_verify_sealer, call_verify_verifier, call_verify_revoker, call_verify_auditor
      using (tenant_id = (select call_verify.tenant()))', name);
  end loop;
end
$$;

grant select on public.chain_heads, public.audit_log_chain, public.call_verify_records, public.call_verify_versions, public.call_verify_events,
  public.audit_log_checkpoints to call_verify_sealer, call_verify_verifier, call_verify_revoker, call_verify_auditor;

grant insert (tenant_id, origin, created_at) on public.chain_heads to call_verify_sealer;
grant update (size, head) on public.chain_heads to call_verify_sealer, call_verify_verifier, call_verify_revoker;
grant insert on public.audit_log_chain to call_verify_sealer, call_verify_verifier, call_verify_revoker;
grant insert on public.call_verify_records, public.call_verify_versions, public.audit_log_checkpoints to call_verify_sealer;
grant insert on public.call_verify_events to call_verify_verifier, call_verify_revoker;

drop policy if exists begin on public.chain_heads;
create policy begin on public.chain_heads for insert to call_verify_sealer with check (tenant_id = (select call_verify.tenant()));
drop policy if exists move on public.chain_heads;
create policy move on public.chain_heads for update to call_verify_sealer, call_verify_verifier, call_verify_revoker
  using (tenant_id = (select call_verify.tenant())) with check (tenant_id = (select call_verify.tenant()));

drop policy if exists seal on public.audit_log_chain;
create policy seal on public.audit_log_chain for insert to call_verify_sealer
  with check (tenant_id = (select call_verify.tenant()) and event_type not in ('version.revoked', 'verification.recorded'));
drop policy if exists record on public.audit_log_chain;
create policy record on public.audit_log_chain for insert to call_verify_verifier
  with check (tenant_id = (select call_verify.tenant()) and event_type = 'verification.recorded');
drop policy if exists revoke on public.audit_log_chain;
create policy revoke on public.audit_log_chain for insert to call_verify_revoker
  with check (tenant_id = (select call_verify.tenant()) and event_type = 'version.revoked');

drop policy if exists seal on public.call_verify_records;
create policy seal on public.call_verify_records for insert to call_verify_sealer with check (tenant_id = (select call_verify.tenant()));
drop policy if exists seal on public.call_verify_versions;
create policy seal on public.call_verify_versions for insert to call_verify_sealer with check (tenant_id = (select call_verify.tenant()));
drop policy if exists record on public.call_verify_events;
create policy record on public.call_verify_events for insert to call_verify_verifier
  with check (tenant_id = (select call_verify.tenant()) and event_type = 'verification.recorded');
drop policy if exists revoke on public.call_verify_events;
create policy revoke on public.call_verify_events for insert to call_verify_revoker
  with check (tenant_id = (select call_verify.tenant()) and event_type = 'version.revoked');
drop policy if exists sign on public.audit_log_checkpoints;
create policy sign on public.audit_log_checkpoints for insert to call_verify_sealer with check (tenant_id = (select call_verify.tenant()));
