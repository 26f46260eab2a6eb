// Access codes as people type them: the same forgiveness as `domain::access::code`.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;
const READS_AS: Record<string, string> = { O: '0', I: '1', L: '1', U: 'V' };

export type ReadCode =
  | { ok: true; code: string }
  | { ok: false; why: 'empty' | 'short' | 'long' | 'character'; count: number; character?: string };

/** Any case, spaces and dashes anywhere, O for 0, I and L for 1, U for V. */
export function readCode(text: string): ReadCode {
  let code = '';
  for (const typed of text.normalize('NFKC')) {
    if (/[\s\-._\u2010-\u2015\u2212]/u.test(typed)) continue;
    const upper = typed.toUpperCase();
    const letter = READS_AS[upper] ?? upper;
    if (letter.length !== 1 || !ALPHABET.includes(letter)) {
      return { ok: false, why: 'character', count: code.length, character: typed };
    }
    code += letter;
  }
  if (code.length === LENGTH) return { ok: true, code: grouped(code) };
  const why = code.length === 0 ? 'empty' : code.length < LENGTH ? 'short' : 'long';
  return { ok: false, why, count: code.length };
}

/** As it is printed on the card. */
export function grouped(code: string): string {
  return (code.match(/.{1,4}/g) ?? []).join('-');
}

/** The code in a link's fragment, which never reaches a server. */
/** A link from another device: `#d.` and what the host signed. */
export const linkIn = (fragment: string): string | null => (fragment.startsWith('d.') ? fragment.slice(2) : null);

export function codeInFragment(hash: string): string | null {
  if (hash.length < 2) return null;
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return hash.slice(1);
  }
}
