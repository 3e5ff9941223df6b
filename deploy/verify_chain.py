"""Checks the export of `hub blocks export` without the hub: Python alone, no packages.

    python3 verify_chain.py chain.jsonl [LAST_HASH]

It computes the digest of every entry, the chain of every block and the trial balance again. LAST_HASH is the hash that was
kept somewhere else; with it nobody can have replaced the whole file. Exit 0: everything holds.
"""

import base64
import hashlib
import json
import sys

DEBIT, ACCOUNT, SIDE, BASE = "debit", 3, 4, 8  # places in a posting


def shown(value):
    """A value as it goes into a digest."""
    if isinstance(value, str):
        return value
    return "" if value is None else str(int(value))


def digest(entry):
    """sha256 over header, open items, postings, VAT lines and facts."""
    rows = [entry["header"], *entry["items"], *entry["postings"], *entry["vat_lines"]]
    made = hashlib.sha256(("\n".join("|".join(map(shown, row)) for row in rows) + "\n").encode())
    chart, facts, decisions, versions = entry["facts"]
    for part in (chart.encode(), base64.b64decode(facts), base64.b64decode(decisions), versions.encode()):
        made.update(part)
    return made.hexdigest()


def check(lines, last_hash=""):
    """What is wrong, in words; nothing when all holds."""
    accounts, balances, previous, running, block, left, number = {}, {}, "0" * 64, None, None, 0, 0

    def close():
        if block is None:
            return
        if left:
            yield f"block {block['block']}: {left} entries are missing"
        if running.hexdigest() != block["hash"]:
            yield f"block {block['block']}: its hash does not follow from its entries"

    for line in lines:
        if "accounts" in line:
            accounts = line["accounts"]
        elif "block" in line:
            yield from close()
            number += 1
            if line["block"] != number or line["previous"] != previous:
                yield f"block {line['block']}: does not follow on the block before it"
            block, left, previous = line, line["entries"], line["hash"]
            running = hashlib.sha256(line["previous"].encode())
        elif "digest" in line:
            left -= 1
            if digest(line) != line["digest"]:
                yield f"{line['name']}: its digest does not follow from its contents"
            running.update(f"\n{line['name']} {line['digest']}".encode())
            if sum(p[BASE] if p[SIDE] == DEBIT else -p[BASE] for p in line["postings"]):
                yield f"{line['name']}: does not balance"
            for p in line["postings"]:
                code = accounts[str(p[ACCOUNT])]
                balances[code] = balances.get(code, 0) + (p[BASE] if p[SIDE] == DEBIT else -p[BASE])
        elif "trial_balance" in line:
            said = {code: int(balance.replace(".", "")) for code, balance in line["trial_balance"].items()}
            if said != balances:
                yield "the trial balance does not follow from the entries"
    yield from close()
    if last_hash and previous != last_hash:
        yield f"the last hash is {previous}, not {last_hash}"


def main(arguments):
    """Print what is wrong, or that nothing is."""
    with open(arguments[0], encoding="utf-8") as file:
        wrong = list(check(map(json.loads, file), *arguments[1:2]))
    for text in wrong:
        print(text)
    print("the chain is broken" if wrong else "the chain holds")
    return bool(wrong)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
