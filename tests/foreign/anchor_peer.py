"""PyPI's opentimestamps as a maker and reader of proofs, one JSON request and answer a line, for anchors.test.mjs."""

import json
import random
import sys

from bitcoin.core import CBlockHeader
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation, UnknownAttestation
from opentimestamps.core.op import OpAppend, OpHexlify, OpPrepend, OpReverse, OpRIPEMD160, OpSHA256
from opentimestamps.core.serialize import BytesDeserializationContext, BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp


def decode(text):
    context = BytesDeserializationContext(bytes.fromhex(text))
    proof = DetachedTimestampFile.deserialize(context)
    context.assert_eof()
    return proof


def encode(proof):
    context = BytesSerializationContext()
    proof.serialize(context)
    return context.getbytes().hex()


def attestations(proof):
    found = []
    for message, attestation in proof.timestamp.all_attestations():
        if isinstance(attestation, BitcoinBlockHeaderAttestation):
            found.append(["bitcoin", attestation.height])
        elif isinstance(attestation, PendingAttestation):
            found.append(["pending", attestation.uri])
        else:
            found.append(["other", None])
    return sorted(found, key=str)


def grow(node, rng, depth):
    """Attests a message, or says what becomes of it, in one branch or several."""
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        kind = rng.randrange(4) if depth < 12 else 0
        if kind == 0:
            other = UnknownAttestation(rng.randbytes(8), rng.randbytes(rng.randrange(40)))
            choices = [PendingAttestation(f"https://{rng.randrange(9)}.example/a_b-c"), other]
            if len(node.msg) == 32:
                choices.append(BitcoinBlockHeaderAttestation(rng.randrange(1 << rng.randrange(1, 40))))
            node.attestations.add(rng.choice(choices))
            continue
        operation = rng.choice([
            OpAppend(rng.randbytes(rng.randrange(1, 200))), OpPrepend(rng.randbytes(rng.randrange(1, 40))),
            OpSHA256(), OpSHA256(), OpRIPEMD160(), OpReverse(), OpHexlify(),
        ])
        if len(node.msg) < 1000 or isinstance(operation, OpSHA256):
            grow(node.ops.add(operation), rng, depth + 1)
    if not node.attestations and not node.ops:
        node.attestations.add(PendingAttestation("https://calendar.example"))


def answer(request):
    if "make" in request:
        proof = DetachedTimestampFile(OpSHA256(), Timestamp(bytes.fromhex(request["digest"])))
        grow(proof.timestamp, random.Random(request["make"]), 0)
        return {"proof": encode(proof), "attestations": attestations(proof)}
    if "merge" in request:
        first, second = map(decode, request["merge"])
        first.timestamp.merge(second.timestamp)
        return {"proof": encode(first)}
    proof = decode(request["read"])
    told = {"digest": proof.file_digest.hex(), "proof": encode(proof), "attestations": attestations(proof), "times": []}
    for header in request.get("headers", []):
        header = CBlockHeader.deserialize(bytes.fromhex(header))
        for message, attestation in proof.timestamp.all_attestations():
            if isinstance(attestation, BitcoinBlockHeaderAttestation):
                try:
                    told["times"].append(attestation.verify_against_blockheader(message, header))
                except Exception:
                    told["times"].append(None)
    return told


for line in sys.stdin:
    try:
        told = answer(json.loads(line))
    except Exception as refusal:
        told = {"refused": type(refusal).__name__}
    print(json.dumps(told), flush=True)
