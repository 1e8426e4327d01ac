-- Seals each call when its row becomes final. Put in the project's address and the secret, and run it once.
create or replace trigger seal_final_call after insert or update on public.calls for each row when (new.finalized)
  execute function supabase_functions.http_request(
    'https://PROJECT.supabase.co/functions/v1/call-ledger/webhook', 'POST',
    '{"content-type":"application/json","authorization":"Bearer SECRET"}', '{}', '5000'
  );
