/** The edge function under Node, with CloudFront's event shape, on the vectors Rust wrote. Run: node --test */
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const here = new URL(".", import.meta.url);
const vectors = JSON.parse(readFileSync(new URL("vectors.json", here)));

/** CloudFront's modules by stand-ins: the key store is a map, crypto is Node's own. */
function load(store, now) {
  const source = readFileSync(new URL("gallery-cookie.js", here), "utf8").replace(/^import .*$/gm, "");
  const cf = {
    kvs: () => ({
      get: async (name) => {
        if (!(name in store)) throw new Error("KeyNotFound");
        return store[name];
      },
    }),
  };
  class FixedDate extends Date {
    static now = () => now;
  }
  return vm.runInNewContext(`${source}; handler`, { cf, crypto, Buffer, Date: FixedDate });
}

const store = Object.fromEntries(vectors.keys.map((k) => [`cookie-key-${k.generation}`, k.secret]));

function request(vector) {
  const [uri, query = ""] = vector.url.split("?");
  const token = new URLSearchParams(query).get("t");
  return {
    version: "1.0",
    context: { eventType: "viewer-request" },
    viewer: { ip: "198.51.100.7" },
    request: {
      method: "GET",
      uri,
      querystring: token === null ? {} : { t: { value: token } },
      headers: { "x-darkslide-viewer-address": { value: "6.6.6.6" } },
      cookies: vector.cookie === null ? {} : { "__Host-darkslide": { value: vector.cookie } },
    },
  };
}

for (const vector of vectors.requests) {
  test(vector.name, async () => {
    const answer = await load(store, vector.now)(request(vector));
    if (vector.allowed) {
      assert.equal(answer.statusCode, undefined);
      assert.deepEqual(Object.keys(answer.querystring), []);
    } else {
      assert.equal(answer.statusCode, 403);
    }
  });
}

test("the viewer's address is overwritten on every request", async () => {
  const event = request({ url: "/api/gallery/open", cookie: null });
  const answer = await load(store, 0)(event);
  assert.equal(answer.headers["x-darkslide-viewer-address"].value, "198.51.100.7");
});
