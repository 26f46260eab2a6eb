// What the checkout refuses before the host would: the same cases as `domain::address_rule`.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AddressRule } from '../src/api/types';
import { needsRegion, takesPostalCode } from '../src/checkout/person';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const cases = JSON.parse(read('vectors/postal_codes.json')) as [string, string, boolean][];
/** The host's own table, out of its source: `rule("DE", FIVE, false)`. */
function table(): AddressRule[] {
  const source = read('../../crates/domain/src/address_rule.rs');
  const named = new Map([...source.matchAll(/const (\w+): &\[&str\] = &(\[[^\]]*\])/g)].map(([, name, list]) => [name!, list!]));
  return [...source.matchAll(/^ {4}rule\("(\w\w)", (?:(\w+)|&(\[[^\]]*\])), (true|false)\),/gm)].map(([, country, name, list, region]) => ({
    country: country!,
    postal_codes: JSON.parse(list ?? named.get(name!)!) as string[],
    needs_region: region === 'true',
  }));
}

describe('addresses', () => {
  const rules = table();
  const of = (country: string) => rules.find((rule) => rule.country === country)!;

  it.each(cases)('%s %s: %s', (country, code, good) => {
    expect(takesPostalCode(of(country), code)).toBe(good);
  });

  it('asks for a state where mail needs one', () => {
    expect(['AU', 'CA', 'US'].map((country) => needsRegion(rules, country))).toEqual([true, true, true]);
    expect([needsRegion(rules, 'DE'), needsRegion(rules, 'JP')]).toEqual([false, false]);
  });
});
