/** The edge function under Node, with CloudFront's event shape, on the vectors Rust wrote. Run: node --test */
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const here = new URL(".", import.meta.url);
const source = readFileSync(new URL("viewer-request.js", here), "utf8");
const vectors = JSON.parse(readFileSync(new URL("vectors.json", here)));
const ORIGIN = "the-origin-secret";

/** CloudFront's modules by stand-ins: the key store is a map, crypto is Node's own. */
function load(store, now = 0) {
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
  const script = `${source.replace(/^import .*$/gm, "")}; handler`;
  return vm.runInNewContext(script, { cf, crypto, Buffer, Date: FixedDate });
}

const store = { origin: ORIGIN };
for (const key of vectors.keys) store[`cookie-key-${key.generation}`] = key.secret;

function event(url, { cookie = null, headers = {}, method = "GET" } = {}) {
  const [uri, query = ""] = url.split("?");
  const querystring = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (querystring[name]) querystring[name].multiValue = [{ value: querystring[name].value }, { value }];
    else querystring[name] = { value };
  }
  return {
    version: "1.0",
    context: { eventType: "viewer-request", distributionId: "E123", requestId: "r" },
    viewer: { ip: "198.51.100.7" },
    request: {
      method,
      uri,
      querystring,
      headers,
      cookies: cookie === null ? {} : { "__Host-darkslide": { value: cookie } },
    },
  };
}

const named = (name) => vectors.requests.find((v) => v.name === name);
const refused = (answer, status) => {
  assert.equal(answer.statusCode, status);
  assert.equal(answer.uri, undefined);
  assert.equal(answer.headers["cache-control"].value, "no-store");
};

for (const vector of vectors.requests) {
  test(`image: ${vector.name}`, async () => {
    const answer = await load(store, vector.now)(event(vector.url, { cookie: vector.cookie }));
    if (vector.allowed) {
      assert.equal(answer.statusCode, undefined);
      assert.equal(answer.uri, vector.url.split("?")[0]);
      assert.deepEqual(Object.keys(answer.querystring), []);
    } else {
      refused(answer, 403);
    }
  });
}

test("the vectors cover what must be told apart", () => {
  const names = vectors.requests.map((v) => v.name).join("\n");
  for (const word of ["valid", "older key", "missing cookie", "missing token", "expired", "other gallery", "tampered", "retired key", "wider session"]) {
    assert.ok(names.includes(word), word);
  }
  assert.equal(vectors.keys.length, 2, "two generations");
});

test("an image without the key store is refused, not let through", async () => {
  const vector = named("valid");
  refused(await load({}, vector.now)(event(vector.url, { cookie: vector.cookie })), 403);
});

test("after the older key is taken out, what it signed opens nothing, and the newer goes on", async () => {
  const { ["cookie-key-1"]: _, ...one } = store;
  const older = named("valid, both signed with the older key");
  refused(await load(one, older.now)(event(older.url, { cookie: older.cookie })), 403);
  const newer = named("valid");
  const answer = await load(one, newer.now)(event(newer.url, { cookie: newer.cookie }));
  assert.equal(answer.statusCode, undefined);
});

test("an image address in any other form is refused", async () => {
  const vector = named("valid");
  const [path, query] = vector.url.split("?");
  const forms = [
    `${path}/?${query}`,
    `${path}.jpg?${query}`,
    `/img/x/..${path.slice(4)}?${query}`,
    `${path.replace("gal_", "gal%5f")}?${query}`,
    `${path.toUpperCase().replace("/IMG/", "/img/")}?${query}`,
    `${path}?${query}&${query}`,
    "/img/?t=1",
  ];
  for (const url of forms) {
    refused(await load(store, vector.now)(event(url, { cookie: vector.cookie })), 403);
  }
});

test("two cookies of the name are refused", async () => {
  const vector = named("valid");
  const twice = event(vector.url, { cookie: vector.cookie });
  twice.request.cookies["__Host-darkslide"].multiValue = [{ value: vector.cookie }, { value: "x" }];
  refused(await load(store, vector.now)(twice), 403);
});

test("the API gets the viewer's own address and the origin secret, whatever she sent", async () => {
  for (const api of ["studio/session", "lab/session", "gallery/open", "order/status/s3cret"]) {
    const headers = {
      "x-darkslide-viewer-address": { value: "6.6.6.6", multiValue: [{ value: "6.6.6.6" }, { value: "7.7.7.7" }] },
      "x-darkslide-origin": { value: "guess" },
      "x-forwarded-for": { value: "6.6.6.6" },
    };
    const answer = await load(store)(event(`/api/${api}?cursor=a`, { headers, method: "POST" }));
    assert.equal(answer.uri, `/api/${api}`);
    assert.equal(answer.method, "POST");
    assert.equal(answer.querystring.cursor.value, "a");
    // Across the sandbox's border an object has another prototype; its text is what counts.
    assert.equal(JSON.stringify(answer.headers["x-darkslide-viewer-address"]), '{"value":"198.51.100.7"}');
    assert.equal(JSON.stringify(answer.headers["x-darkslide-origin"]), `{"value":"${ORIGIN}"}`);
  }
});

test("without the origin secret the API is not asked", async () => {
  refused(await load({})(event("/api/gallery/open")), 503);
});

test("addresses of no API, and of the other host, are not there", async () => {
  for (const url of ["/api", "/api/", "/api/nothing", "/api/studiox/session", "/files/img/a", "/img", "/api//gallery/open"]) {
    refused(await load(store)(event(url)), 404);
  }
});

test("files of the site are themselves, pages are index.html, anything else is not there", async () => {
  const answer = async (url) => load(store)(event(url));
  for (const file of ["/icon.svg", "/index.html", "/assets/index-D_b5cPkv.js", "/assets/shop--D2w-O-Z.css"]) {
    assert.equal((await answer(file)).uri, file);
  }
  for (const page of ["/", "/g/gal_x", "/order/status/abc", "/IMG/gal_x/y", "/%69mg/gal_x/y", "//img/x", "/x/../img/gal_x/y"]) {
    const shown = await answer(`${page}?utm_source=card`);
    assert.equal(shown.uri, "/index.html", page);
    assert.equal(JSON.stringify(shown.querystring), "{}");
  }
  for (const none of ["/assets/", "/assets/x", "/assets/a/b.js", "/.env", "/a/b.php", "/assets/%2e%2e/x.js", "/x.y/../img/a.b"]) {
    refused(await answer(none), 404);
  }
});

test("it fits CloudFront's limits", () => {
  assert.ok(Buffer.byteLength(source) <= 10_240, "a function has at most 10 KB");
  const imports = [...source.matchAll(/^import .* from "(.*)";$/gm)].map((m) => m[1]);
  assert.deepEqual(imports, ["cloudfront", "crypto"]);
});
