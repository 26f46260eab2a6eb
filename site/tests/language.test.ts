// Every language says everything, with the same blanks to fill.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { choose, money, number, t, use } from '../src/language';

const folder = new URL('../src/messages/', import.meta.url);
const tables = readdirSync(folder).map((file) => ({
  language: file.replace('.json', ''),
  messages: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, string>,
}));
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
