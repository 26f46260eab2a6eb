"""The host's secrets in SSM, in the form crates/aws/src/secrets.rs reads, and their copies at the edge.

They are made once and never shown. `cookie` holds at most two generations, newest first; the edge function finds
the same ones in its key-value store as cookie-key-<generation>, and the origin secret as origin.
"""

from __future__ import annotations

import base64
import json
import secrets

from .cloud import Cloud, Stop

NAMES = ("code-hash", "object-key", "session", "cookie", "origin")
# Codes on printed cards and every stored picture hang on the other two for good.
ROTATABLE = ("cookie", "session", "origin")


def fresh_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def rotated_cookie(stored: str) -> str:
    """A new generation in front, the newest of the old ones behind it."""
    keys = json.loads(stored)
    generation = max((key["generation"] for key in keys), default=0) + 1
    return json.dumps([{"generation": generation, "secret": fresh_key()}, *keys][:2], separators=(",", ":"))


def fresh(name: str, stored: str | None = None) -> str:
    if name == "cookie":
        return rotated_cookie(stored or "[]")
    if name == "origin":
        return secrets.token_urlsafe(32)
    return fresh_key()


def read(cloud: Cloud) -> tuple[dict[str, str], str]:
    """The secrets by name, and a text that changes when one of them does."""
    names = [f"{cloud.secrets_path}/{name}" for name in NAMES]
    found = cloud.client("ssm").get_parameters(Names=names, WithDecryption=True)["Parameters"]
    values = {p["Name"].rsplit("/", 1)[-1]: p["Value"] for p in found}
    version = ".".join(str(p["Version"]) for p in sorted(found, key=lambda p: p["Name"]))
    return values, version


def ensure(cloud: Cloud, restored: bool = False) -> None:
    """Makes what is missing and touches nothing that is there."""
    values, _ = read(cloud)
    missing = [name for name in NAMES if name not in values]
    if missing and values and not restored:
        # Some but not all: a new code-hash would shut every customer out.
        raise Stop(
            f"SSM has only some of the secrets under {cloud.secrets_path}; {', '.join(missing)} are missing. "
            "Write them back from your copy, or delete the others too if this host never served anybody."
        )
    for name in missing:
        put(cloud, name, fresh(name), overwrite=False)
        print(f"  made {cloud.secrets_path}/{name}")
    if not missing:
        print("  all there")


def put(cloud: Cloud, name: str, value: str, overwrite: bool) -> None:
    cloud.client("ssm").put_parameter(
        Name=f"{cloud.secrets_path}/{name}", Value=value, Type="SecureString", Overwrite=overwrite
    )


def edge_values(values: dict[str, str]) -> dict[str, str]:
    wanted = {f"cookie-key-{key['generation']}": key["secret"] for key in json.loads(values["cookie"])}
    return wanted | {"origin": values["origin"]}


def write_edge(cloud: Cloud, store: str, wanted: dict[str, str]) -> int:
    """Makes the key-value store hold exactly this; how many keys changed."""
    kvs = cloud.client("cloudfront-keyvaluestore")
    if cloud.endpoint:
        # AWS has a host name an account for this; an emulator has one.
        plain = f"{cloud.account}."
        kvs.meta.events.register("before-sign", lambda request, **_: setattr(request, "url", request.url.replace(plain, "", 1)))
    held = {}
    for page in kvs.get_paginator("list_keys").paginate(KvsARN=store):
        held |= {item["Key"]: item["Value"] for item in page["Items"]}
    puts = [{"Key": k, "Value": v} for k, v in wanted.items() if held.get(k) != v]
    deletes = [{"Key": k} for k in held if k not in wanted]
    if puts or deletes:
        etag = kvs.describe_key_value_store(KvsARN=store)["ETag"]
        kvs.update_keys(KvsARN=store, IfMatch=etag, Puts=puts, Deletes=deletes)
    return len(puts) + len(deletes)


def rotate(cloud: Cloud, which: str, store: str) -> None:
    """`cookie` reaches the edge before any function signs with it. The functions follow with the next stack update."""
    if which not in ROTATABLE:
        raise Stop(f"{which!r} cannot be rotated. These can: {', '.join(ROTATABLE)}.")
    values, _ = read(cloud)
    values[which] = fresh(which, values.get(which))
    if which == "cookie":
        held = edge_values(values)
        write_edge(cloud, store, held)
    put(cloud, which, values[which], overwrite=True)
