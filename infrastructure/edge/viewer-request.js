/**
 * CloudFront Function (runtime 2.0), viewer request, in front of everything. Refuses by default: what it does
 * not know by its exact form never leaves, because the path it returns is the path that is fetched.
 *
 * - /img/<gallery>/<name>?t=…  only for a visitor whose cookie names the gallery, with the token made for her scope
 * - /api/…                     with the viewer's own address and the origin secret, whatever she sent under those names
 * - files and pages of the site; every page is index.html
 *
 * The image rules in Rust: crates/domain/src/access/cookie.rs. Both are held to vectors.json.
 */
import cf from "cloudfront";
import crypto from "crypto";

const COOKIE = "__Host-darkslide";
const ADDRESS_HEADER = "x-darkslide-viewer-address";
const ORIGIN_HEADER = "x-darkslide-origin";
const keys = cf.kvs();

function refuse(status, text) {
  return {
    statusCode: status,
    statusDescription: text,
    headers: { "cache-control": { value: "no-store" } },
  };
}

function hs256(secret, message, encoding) {
  return crypto.createHmac("sha256", secret).update(message).digest(encoding);
}

/** Equal length and content, in a time that does not tell where they differ. */
function same(a, b) {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** A value of the key store; null when it is missing or the store does not answer. */
async function stored(name) {
  try {
    return (await keys.get(name)) || null;
  } catch (e) {
    return null;
  }
}

/** A signing key by its generation; the store holds two at a time. */
async function keyOf(generation) {
  if (!/^[0-9]{1,9}$/.test(generation)) return null;
  const key = await stored("cookie-key-" + generation);
  return key && Buffer.from(key, "base64");
}

function json(part) {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch (e) {
    return null;
  }
}

async function claimsOf(token, now) {
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  const header = json(parts[0]);
  if (!header || header.alg !== "HS256") return null;
  const key = await keyOf(String(header.kid));
  if (!key || !same(hs256(key, parts[0] + "." + parts[1], "base64url"), parts[2])) return null;
  const claims = json(parts[1]);
  return claims && claims.exp * 1000 > now ? claims : null;
}

/** As `Scope::fingerprint` writes it. */
function fingerprint(scope) {
  return scope === "all" ? "*" : scope.subjects.join(",");
}

async function permitted(claims, object, token) {
  const match = /^img\/(gal_[a-z2-7]{26})\/[a-z2-7]{26}$/.exec(object);
  if (!match) return false;
  const grant = claims.gs.find((g) => g.g === match[1]);
  const generation = token.split(".")[0];
  const key = grant && (await keyOf(generation));
  if (!key) return false;
  const message = ["image", claims.v, grant.g, fingerprint(grant.s), object].join("\n");
  const tag = hs256(key, message, "hex").slice(0, 32);
  return same(generation + "." + Buffer.from(tag, "hex").toString("base64url"), token);
}

async function image(request) {
  const cookie = request.cookies[COOKIE];
  const token = request.querystring.t;
  // Sent twice, the origin and this function might not mean the same one.
  if (!cookie || cookie.multiValue || !token || token.multiValue) return refuse(403, "Forbidden");
  const claims = await claimsOf(cookie.value, Date.now());
  if (!claims || !(await permitted(claims, request.uri.slice(1), token.value))) return refuse(403, "Forbidden");
  // The token has done its work; the cache keys on the path alone.
  request.querystring = {};
  return request;
}

async function api(request, viewer) {
  const secret = await stored("origin");
  if (!secret) return refuse(503, "Service Unavailable");
  request.headers[ADDRESS_HEADER] = { value: viewer.ip };
  request.headers[ORIGIN_HEADER] = { value: secret };
  return request;
}

function site(request) {
  const last = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  if (request.uri.startsWith("/assets/") || last.includes(".")) {
    if (!/^\/(assets\/)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/.test(request.uri)) return refuse(404, "Not Found");
  } else {
    request.uri = "/index.html";
  }
  request.querystring = {};
  return request;
}

async function handler(event) {
  const request = event.request;
  if (request.uri.startsWith("/img/")) return image(request);
  if (/^\/api\/(studio|lab|gallery|order)\//.test(request.uri)) return api(request, event.viewer);
  if (/^\/(api|img|files)(\/|$)/.test(request.uri)) return refuse(404, "Not Found");
  return site(request);
}
