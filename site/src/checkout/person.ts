// What the checkout asks of a person, checked before it is sent: the rules of `domain::place`, and postal
// codes of the countries whose form is known.
import type { Address, Customer, Destination } from '../api/types';
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

const POSTAL: Record<string, RegExp> = {
  AT: /^\d{4}$/, AU: /^\d{4}$/, BE: /^\d{4}$/, CA: /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i, CH: /^\d{4}$/, CZ: /^\d{3} ?\d{2}$/,
  DE: /^\d{5}$/, DK: /^\d{4}$/, ES: /^\d{5}$/, FI: /^\d{5}$/, FR: /^\d{5}$/, GB: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i,
  IT: /^\d{5}$/, LU: /^(L-?)?\d{4}$/i, NL: /^\d{4} ?[A-Z]{2}$/i, NO: /^\d{4}$/, NZ: /^\d{4}$/, PL: /^\d{2}-?\d{3}$/,
  PT: /^\d{4}(-\d{3})?$/, SE: /^\d{3} ?\d{2}$/, US: /^\d{5}(-\d{4})?$/,
};
/** Where an address without its state or province does not arrive. */
const NEEDS_REGION = new Set(['AU', 'CA', 'US']);

export const needsRegion = (country: string): boolean => NEEDS_REGION.has(country);

export function faults(form: Form): Faults {
  const found: Faults = {};
  const empty = (field: Field) => form[field].trim() === '';
  if (empty('name')) found.name = t('checkout.need_name');
  if (empty('email') && empty('phone')) found.email = t('checkout.need_contact');
  else if (!empty('email') && !wellFormed(form.email.trim())) found.email = t('checkout.bad_email');
  if (form.delivery === 'ship_to') {
    for (const field of ['recipient', 'line1', 'postal_code', 'city'] as const) {
      if (empty(field)) found[field] = t('checkout.need');
    }
    if (needsRegion(form.country) && empty('region')) found.region = t('checkout.need');
    const shape = POSTAL[form.country];
    if (!found.postal_code && shape && !shape.test(form.postal_code.trim())) {
      found.postal_code = t('checkout.bad_postal', { country: countryName(form.country) });
    }
  }
  if (form.delivery === 'school') {
    for (const field of ['school', 'child'] as const) if (empty(field)) found[field] = t('checkout.need');
  }
  return found;
}

function wellFormed(email: string): boolean {
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
