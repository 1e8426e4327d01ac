"""PyPI's witness-log as a C2SP witness and as a log, one JSON request and answer a line, for witness.test.mjs."""

import json
import sys

import witness_log

log = witness_log.WitnessLog.generate()
service = None


def answer(question):
    global service
    match question:
        case {"witness": name, "seed": seed}:
            service = witness_log.WitnessService.new(name, bytes.fromhex(seed))
            return service.vkey()
        case {"trust": [origin, vkey]}:
            return service.add_log(origin, vkey)
        case {"body": body}:
            status, content_type, text = service.handle_add_checkpoint_http(body)
            return [status, text, content_type]
        case {"log": entries}:
            for n in range(entries):
                log.append_intent(str(n).encode())
            return [log.canonical_origin(), log.c2sp_vkey(log.canonical_origin()), log.tree_size()]
        case {"request": old}:
            return log.add_checkpoint_body(old)
        case {"accept": [key, body]}:
            return log.dossier_from_responses([(key, body)])[1]


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
