// A proxy in front of a host that loses answers: some requests never reach the host, some are acted on and the
// answer is dropped or cut off. It can carry a script of the test's own, so that code of the site runs in a
// page of the same origin under the host's policy.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FaultProxy {
  address: string;
  counts: { passed: number; unheard: number; dropped: number; cut: number };
  close: () => Promise<void>;
}

interface Options {
  /** Which requests may fail, and how many of them: 0 to 1. */
  of: (method: string, path: string) => boolean;
  share: number;
  seed: number;
  scripts?: Record<string, string>;
}

/** The same seed loses the same answers of the same requests. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function faultProxy(host: string, { of, share, seed, scripts = {} }: Options): Promise<FaultProxy> {
  const to = new URL(host);
  const throws = dice(seed);
  const counts = { passed: 0, unheard: 0, dropped: 0, cut: 0 };

  const serve = async (asked: IncomingMessage, answer: ServerResponse) => {
    const path = asked.url ?? '/';
    const script = scripts[path];
    if (script !== undefined) {
      answer.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      return;
    }
    const fate = of(asked.method ?? '', path) && throws() < share ? throws() : null;
    const body = await whole(asked);
    if (fate !== null && fate < 1 / 3) {
      counts.unheard += 1;
      asked.socket.destroy();
      return;
    }
    const said = await pass(to, asked, body);
    if (fate === null) {
      counts.passed += 1;
      answer.writeHead(said.status, said.headers).end(said.body);
    } else if (fate < 2 / 3) {
      counts.dropped += 1;
      asked.socket.destroy();
    } else {
      counts.cut += 1;
      answer.writeHead(said.status, { ...said.headers, 'content-length': said.body.length });
      answer.write(said.body.subarray(0, said.body.length >> 1), () => asked.socket.destroy());
    }
  };
  const server = createServer((asked, answer) => {
    serve(asked, answer).catch(() => asked.socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

interface Said {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

function pass(to: URL, asked: IncomingMessage, body: Buffer): Promise<Said> {
  return new Promise((done, failed) => {
    const onward = request(
      { host: to.hostname, port: to.port, method: asked.method, path: asked.url, headers: { ...asked.headers, host: to.host } },
      (reply) => {
        whole(reply).then((read) => {
          const { 'transfer-encoding': _, connection: __, ...headers } = reply.headers;
          done({ status: reply.statusCode ?? 502, headers, body: read });
        }, failed);
      },
    );
    onward.on('error', failed);
    onward.end(body);
  });
}
