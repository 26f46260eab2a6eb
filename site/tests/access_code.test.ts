// Codes as people type them: the same cases as `domain::access::code`.
import { describe, expect, it } from 'vitest';
import { codeInFragment, readCode } from '../src/access_code';

describe('readCode', () => {
  it.each([
    ['0011-VABC-DEFG'],
    [' oOiL uabc–defg '],
    ['0011vabcdefg'],
    ['0 0 1 1 . v a b c _ d e f g'],
    ['００11-VABC-DEFG'],
  ])('reads %j', (typed) => {
    expect(readCode(typed)).toEqual({ ok: true, code: '0011-VABC-DEFG' });
  });

  it('says what is wrong', () => {
    expect(readCode(' - ')).toMatchObject({ ok: false, why: 'empty' });
    expect(readCode('0011')).toMatchObject({ ok: false, why: 'short', count: 4 });
    expect(readCode('0011-VABC-DEFG-0')).toMatchObject({ ok: false, why: 'long', count: 13 });
    expect(readCode('0011-VABC-DEF!')).toMatchObject({ ok: false, why: 'character', character: '!' });
    expect(readCode('0011-VABC-DEF😀')).toMatchObject({ ok: false, why: 'character', character: '😀' });
    expect(readCode('0011-VABC-DEFß')).toMatchObject({ ok: false, why: 'character', character: 'ß' });
  });

  it('finds a code in the fragment of a link', () => {
    expect(codeInFragment('#0011VABCDEFG')).toBe('0011VABCDEFG');
    expect(codeInFragment('#0011%20VABC')).toBe('0011 VABC');
    expect(codeInFragment('#%E0%A4%A')).toBe('%E0%A4%A');
    expect(codeInFragment('#')).toBeNull();
  });
});
