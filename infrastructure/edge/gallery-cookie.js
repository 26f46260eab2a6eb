/**
 * CloudFront Function (runtime 2.0), viewer request: lets an image through only for a visitor whose gallery
 * cookie names the gallery, with the token made for her scope. Refuses by default.
 *
 * The same rules in Rust: crates/domain/src/access/cookie.rs. Both are held to vectors.json.
 * It also overwrites the viewer-address header on API requests, so that a client cannot choose it.
 */
import cf from "cloudfront";
import crypto from "crypto";

const COOKIE = "__Host-darkslide";
const ADDRESS_HEADER = "x-darkslide-viewer-address";
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

/** A signing key by its generation; the store holds two at a time. */
async function keyOf(generation) {
  if (!/^[0-9]{1,9}$/.test(generation)) return null;
  try {
    return Buffer.from(await keys.get("cookie-key-" + generation), "base64");
  } catch (e) {
    return null;
  }
}

async function claimsOf(token, now) {
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  let header;
  try {
    header = JSON.parse(Buffer.from(parts[0], "base64url").toString());
  } catch (e) {
    return null;
  }
  if (!header || header.alg !== "HS256") return null;
  const key = await keyOf(String(header.kid));
  if (!key || !same(hs256(key, parts[0] + "." + parts[1], "base64url"), parts[2])) return null;
  const claims = JSON.parse(Buffer.from(parts[1], "base64url").toString());
  return claims.exp * 1000 > now ? claims : null;
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

async function handler(event) {
  const request = event.request;
  request.headers[ADDRESS_HEADER] = { value: event.viewer.ip };
  if (!request.uri.startsWith("/img/")) return request;
  const cookie = request.cookies[COOKIE];
  const token = request.querystring.t;
  if (!cookie || !token) return refuse(403, "Forbidden");
  const claims = await claimsOf(cookie.value, Date.now());
  if (!claims || !(await permitted(claims, request.uri.slice(1), token.value))) return refuse(403, "Forbidden");
  // The token has done its work; the cache keys on the path alone.
  request.querystring = {};
  return request;
}
