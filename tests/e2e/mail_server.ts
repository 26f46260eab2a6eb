// A mail server that keeps what it is given: as much of SMTP (RFC 5321) as a host on the same computer speaks.
import { createServer, type Socket } from 'node:net';

export interface Letter {
  to: string;
  subject: string;
  text: string;
}

export async function mailServer(port: number): Promise<{ letters: Letter[]; close: () => void }> {
  const letters: Letter[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    let [waiting, to] = ['', ''];
    let data: string[] | null = null;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 stand-in');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (waiting + chunk).split('\r\n');
      waiting = lines.pop()!;
      for (const line of lines) {
        if (data !== null && line === '.') {
          letters.push(read(to, data));
          data = null;
          say('250 kept');
        } else if (data !== null) data.push(line.replace(/^\.\./, '.'));
        else if (/^EHLO/i.test(line)) socket.write('250-stand-in\r\n250 8BITMIME\r\n');
        else if (/^RCPT/i.test(line)) say(((to = /<(.*?)>/.exec(line)?.[1] ?? ''), '250 yes'));
        else if (/^DATA/i.test(line)) say(((data = []), '354 go on'));
        else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else say('250 yes');
      }
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const close = () => {
    for (const socket of open) socket.destroy();
    server.close();
  };
  return { letters, close };
}

/** Subject and plain text of a letter (RFC 2045, 2047), whatever it was encoded in. */
function read(to: string, lines: string[]): Letter {
  const all = lines.join('\n');
  const header = (name: string, of: string) =>
    new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'im').exec(of)?.[1]?.replace(/\n\s+/g, ' ') ?? '';
  const words = header('Subject', all.split('\n\n', 1)[0]!)
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?(b|q)\?(.*?)\?=/gi, (_, how: string, text: string) =>
      how.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('utf8') : quoted(text.replace(/_/g, ' ')));
  const boundary = /boundary="?([^";\n]+)"?/i.exec(all)?.[1];
  const parts = boundary ? all.split(`--${boundary}`) : [all];
  const plain = parts.find((p) => /^content-type: text\/plain/im.test(p)) ?? all;
  const at = plain.indexOf('\n\n', plain.search(/^content-type: text\/plain/im));
  const [head, body] = [plain.slice(0, at), plain.slice(at + 2)];
  const how = header('Content-Transfer-Encoding', head).toLowerCase();
  const text = how === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : how === 'quoted-printable' ? quoted(body) : body;
  return { to, subject: words, text };
}

function quoted(text: string): string {
  const bytes = text.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return /[\u0080-\u00ff]/.test(bytes) && !/[^\u0000-\u00ff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
