// Words in the visitor's language. A language is a file in messages/, with what the first screen says, and one of the
// same name in messages/later/, with what screens say that are fetched when first needed. Adding both adds a language.
import type en from './messages/en.json';
import type later from './messages/later/en.json';
import type { Money } from './api/types';

type Table = Record<string, string>;
type WithoutForm<K> = K extends `${infer Base}#${string}` ? Base : K;
export type MessageKey = WithoutForm<keyof typeof en | keyof typeof later>;
type Values = Record<string, string | number>;

const files = import.meta.glob<{ default: Table }>('./messages/*.json');
const laterFiles = import.meta.glob<{ default: Table }>('./messages/later/*.json');
const tags = Object.keys(files).map((path) => path.replace(/^.*\/|\.json$/g, ''));

let table: Table = {};
let tag = 'en';
/** How numbers, money and dates are written: British dates to a British browser, though the words are those of `en`. */
let locale = 'en';
let plural = new Intl.PluralRules('en');

export const languages = (): string[] => tags;
export const language = (): string => tag;

/** The first language of the browser that there is a file for. */
export function choose(wanted: readonly string[], available: readonly string[]): string {
  for (const want of wanted) {
    const base = want.toLowerCase().split('-')[0] ?? '';
    const found = available.find((a) => a.toLowerCase() === want.toLowerCase()) ?? available.find((a) => a === base);
    if (found !== undefined) return found;
  }
  return 'en';
}

/** The visitor's own kind of the chosen language. */
export function customs(wanted: readonly string[], chosen: string): string {
  const base = (of: string): string | undefined => of.toLowerCase().split('-')[0];
  const own = wanted.find((want) => base(want) === base(chosen)) ?? chosen;
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(own)[0] ?? chosen;
  } catch {
    // Some browsers name a language in a way that Intl refuses (`en-US@posix`).
    return chosen;
  }
}

export async function startLanguage(): Promise<void> {
  const chosen = choose(navigator.languages, tags);
  const load = files[`./messages/${chosen}.json`];
  if (load) use(chosen, (await load()).default, customs(navigator.languages, chosen));
  document.documentElement.lang = chosen;
}

let rest: Promise<void> | null = null;

/** The words of everything that is fetched when first needed; asked for again after a failure. */
export function laterWords(): Promise<void> {
  const load = laterFiles[`./messages/later/${tag}.json`];
  rest ??= load
    ? load().then(
        (words) => use(tag, { ...table, ...words.default }, locale),
        (error: unknown) => {
          rest = null;
          throw error;
        },
      )
    : Promise.resolve();
  return rest;
}

export function use(name: string, messages: Table, written: string = name): void {
  tag = name;
  locale = written;
  table = messages;
  plural = new Intl.PluralRules(name);
}

/** A message; `count` chooses the plural form (`key#one`, `key#other`). */
export function t(key: MessageKey, values: Values = {}): string {
  const count = values['count'];
  const text =
    (typeof count === 'number' ? (table[`${key}#${plural.select(count)}`] ?? table[`${key}#other`]) : undefined) ??
    table[key] ??
    key;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? number(value) : (value ?? '');
  });
}

export const number = (value: number): string => new Intl.NumberFormat(locale).format(value);

/** Digits after the point, where they differ from 2: the same table as `domain::money`. */
const DIGITS: Record<string, number> = Object.fromEntries([
  ...['JPY', 'KRW', 'CLP', 'VND', 'ISK', 'XAF', 'XOF', 'PYG', 'UGX'].map((c) => [c, 0]),
  ...['BHD', 'KWD', 'OMR', 'TND', 'JOD', 'IQD', 'LYD'].map((c) => [c, 3]),
]);

export function money({ minor, currency }: Money): string {
  const digits = DIGITS[currency] ?? 2;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(minor / 10 ** digits);
}

/** From hundredths of a percent. */
export const percent = (basisPoints: number): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(basisPoints / 10_000);

/** Of a file: in thousands, as computers and phones show it. */
export function bytes(count: number): string {
  const [value, unit] =
    count >= 1e9 ? [count / 1e9, 'gigabyte'] : count >= 1e6 ? [count / 1e6, 'megabyte'] : [count / 1e3, 'kilobyte'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

export const date = (ms: number): string => new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(ms);
/** `2026-06-20`, a day on the camera's clock. */
export function day(value: string): string {
  const at = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(at) ? value : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
}

export const time = (ms: number): string => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(ms);
export const dateAndTime = (ms: number): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(ms);

export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}
