// What the checkout asks of a person, checked before it is sent: the rules of `domain::place`, and the
// host's own table of postal codes.
import type { Address, AddressRule, Customer, Destination } from '../api/types';
import { countryName, t } from '../language';

export interface Form {
  name: string;
  email: string;
  phone: string;
  delivery: 'pick_up' | 'ship_to' | 'school';
  recipient: string;
  line1: string;
  line2: string;
  postal_code: string;
  city: string;
  region: string;
  country: string;
  school: string;
  class: string;
  child: string;
  note: string;
}

export type Field = keyof Form;
export type Faults = Partial<Record<Field, string>>;

/** The host's rules of a country, where it has any. */
const ruleOf = (rules: readonly AddressRule[], country: string) => rules.find((rule) => rule.country === country);

export const needsRegion = (rules: readonly AddressRule[], country: string): boolean =>
  ruleOf(rules, country)?.needs_region ?? false;

/** As `domain::address_rule`: spaces, dashes and a country before the code are habits of writing. */
export function takesPostalCode({ country, postal_codes }: AddressRule, code: string): boolean {
  const plain = code.replace(/[\s-]/g, '').toUpperCase();
  const bare = plain.replace(new RegExp(`^${country[0]}${country[1]}?(?=[0-9])`), '');
  const shapes = postal_codes.map((form) => new RegExp(`^${form.replace(/9/g, '[0-9]').replace(/A/g, '[A-Z]')}$`));
  return shapes.some((shape) => shape.test(plain) || shape.test(bare));
}

export function faults(form: Form, rules: readonly AddressRule[] = []): Faults {
  const found: Faults = {};
  const empty = (field: Field) => form[field].trim() === '';
  if (empty('name')) found.name = t('checkout.need_name');
  if (empty('email') && empty('phone')) found.email = t('checkout.need_contact');
  else if (!empty('email') && !wellFormed(form.email.trim())) found.email = t('checkout.bad_email');
  if (form.delivery === 'ship_to') {
    for (const field of ['recipient', 'line1', 'postal_code', 'city'] as const) {
      if (empty(field)) found[field] = t('checkout.need');
    }
    if (needsRegion(rules, form.country) && empty('region')) found.region = t('checkout.need');
    const rule = ruleOf(rules, form.country);
    if (!found.postal_code && rule && !takesPostalCode(rule, form.postal_code)) {
      found.postal_code = t('checkout.bad_postal', { country: countryName(form.country) });
    }
  }
  if (form.delivery === 'school') {
    for (const field of ['school', 'child'] as const) if (empty(field)) found[field] = t('checkout.need');
  }
  return found;
}

export function wellFormed(email: string): boolean {
  const [user, host, ...more] = email.split('@');
  return more.length === 0 && !!user && !!host && /^[^\s.]+(\.[^\s.]+)+$/.test(host) && !/\s/.test(user);
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export const customerOf = (form: Form): Customer => ({
  name: form.name.trim(),
  email: orNull(form.email),
  phone: orNull(form.phone),
});

export function destinationOf(form: Form): Destination {
  if (form.delivery === 'pick_up') return { kind: 'pick_up' };
  if (form.delivery === 'school') {
    return { kind: 'ship_to_school', school: form.school.trim(), class: orNull(form.class), child: form.child.trim() };
  }
  const address: Address = {
    name: form.recipient.trim(),
    line1: form.line1.trim(),
    line2: orNull(form.line2),
    postal_code: form.postal_code.trim(),
    city: form.city.trim(),
    region: orNull(form.region),
    country: form.country,
  };
  return { kind: 'ship_to', address };
}

/** For a quote before the address is typed: only country and region change what it costs. */
export function sortOf(form: Form): Destination {
  if (form.delivery === 'pick_up') return { kind: 'pick_up' };
  if (form.delivery === 'school') return { kind: 'ship_to_school', school: '-', class: null, child: '-' };
  const { region, country } = form;
  const address = { name: '-', line1: '-', line2: null, postal_code: '-', city: '-', region: orNull(region), country };
  return { kind: 'ship_to', address };
}

const CODES =
  'AD AE AL AM AR AT AU BA BE BG BR CA CH CL CN CO CR CY CZ DE DK DO EC EE EG ES FI FR GB GE GI GR HK HR HU ID IE IL IN IS IT JP KE KR KZ LI LT LU LV MA MC MD ME MK MT MX MY NL NO NZ PA PE PH PL PT QA RO RS SA SE SG SI SK SM TH TN TR TW UA US UY VA VN ZA';

/** `served`: where the studio ships to; empty: everywhere. */
export function countries(served: readonly string[] = []): { code: string; name: string }[] {
  return (served.length > 0 ? [...served] : CODES.split(' '))
    .map((code) => ({ code, name: countryName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The country of the browser's language, as a first guess. */
export function likelyCountry(): string {
  for (const tag of navigator.languages) {
    const region = new Intl.Locale(tag).maximize().region;
    if (region && CODES.includes(region)) return region;
  }
  return 'DE';
}
