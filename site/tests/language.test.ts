// Every language says everything, with the same blanks to fill.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { choose, customs, date, money, number, t, use } from '../src/language';

const folder = new URL('../src/messages/', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, string>;
const first = read('en.json');
const tables = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ language: file.replace('.json', ''), messages: { ...read(file), ...read(`later/${file}`) } }));
const english = tables.find((l) => l.language === 'en')!.messages;
const blanks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).filter((b) => b !== 'count').sort();

describe.each(tables)('$language', ({ language, messages }) => {
  it('has the same messages', () => {
    const bases = (table: Record<string, string>) => new Set(Object.keys(table).map((k) => k.split('#')[0]));
    expect(bases(messages)).toEqual(bases(english));
  });

  it('has a text for every plural form', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = new Set(Object.keys(messages).filter((k) => k.includes('#')).map((k) => k.split('#')[0]));
    for (const base of counted) for (const form of forms) expect(messages[`${base}#${form}`], `${base}#${form}`).toBeTruthy();
  });

  it('fills the same blanks', () => {
    for (const [key, text] of Object.entries(messages)) {
      const original = english[key] ?? english[`${key.split('#')[0]}#other`]!;
      expect(blanks(text), key).toEqual(blanks(original));
    }
  });
});

describe('what is there at first', () => {
  // Every module that the page needs before anything is fetched, as the bundler finds them.
  const seen = new Map<string, string>();
  const follow = (path: string) => {
    if (seen.has(path)) return;
    const text = readFileSync(path, 'utf8');
    seen.set(path, text);
    for (const [, from] of text.matchAll(/^(?:import|export)\b(?!\s+type)[^'"]*?'(\.[^']+)'/gm)) {
      const at = join(dirname(path), from!);
      const file = [`${at}.ts`, `${at}.tsx`].find((f) => existsSync(f));
      if (file) follow(file);
    }
  };
  follow(fileURLToPath(new URL('../src/main.tsx', import.meta.url)));
  const code = [...seen.values()].join('\n');

  it('says all that the first screens say', () => {
    expect(seen.size).toBeGreaterThan(20);
    const missing = Object.keys(english).filter((key) => code.includes(`'${key.split('#')[0]}'`) && !(key in first));
    expect(missing).toEqual([]);
  });
});

describe('words and numbers', () => {
  it('counts, fills and writes money as the language does', () => {
    use('en', english);
    expect(t('gallery.pictures', { count: 1 })).toBe('1 picture');
    expect(t('gallery.pictures', { count: 5000 })).toBe('5,000 pictures');
    expect(t('order.title', { number: '<b>' })).toBe('Order <b>');
    expect(money({ minor: 1250, currency: 'EUR' })).toBe('€12.50');
    expect(money({ minor: 800, currency: 'JPY' })).toBe('¥800');
    expect(money({ minor: 1, currency: 'KWD' })).toMatch(/0\.001/);
    use('de', tables.find((l) => l.language === 'de')!.messages);
    expect(t('gallery.pictures', { count: 5000 })).toBe('5.000 Bilder');
    expect(money({ minor: 1250, currency: 'EUR' })).toMatch(/^12,50\s€$/);
    expect(number(1234.5)).toBe('1.234,5');
  });

  it('chooses the first language there is', () => {
    expect(choose(['fr-FR', 'de-AT', 'en'], ['en', 'de'])).toBe('de');
    expect(choose(['fr'], ['en', 'de'])).toBe('en');
    expect(choose(['pt-BR'], ['en', 'pt-BR'])).toBe('pt-BR');
  });
});

describe('the customs of a visitor', () => {
  it('are of her own kind of the language', () => {
    expect(customs(['fr-FR', 'en-GB', 'en-US'], 'en')).toBe('en-GB');
    expect(customs(['de-CH'], 'de')).toBe('de-CH');
    expect(customs(['fr-FR'], 'en')).toBe('en');
    expect(customs(['en-US@posix'], 'en')).toBe('en');
  });

  it('write dates', () => {
    const wedding = Date.UTC(2026, 5, 20, 12);
    use('en', english, 'en-GB');
    expect(date(wedding)).toBe('20 June 2026');
    use('en', english, 'en-US');
    expect(date(wedding)).toBe('June 20, 2026');
    use('en', english);
  });
});
