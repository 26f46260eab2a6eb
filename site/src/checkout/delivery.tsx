// Pick up or ship: what the studio offers, and the address when it is needed.
import type { Products } from '../api/types';
import { dateAndTime, money, t } from '../language';
import { Field } from './field';
import { countries, needsRegion, type Faults, type Form } from './person';

interface DeliveryProps {
  form: Form;
  wrong: Faults;
  disabled: boolean;
  products: Products;
  studio: string;
  onSet: (field: keyof Form) => (value: string) => void;
}

export function Delivery({ form, wrong, disabled, products, studio, onSet }: DeliveryProps) {
  const { flat_minor, pick_up, classes = [], free_from_minor, school } = products.shipping;
  // By weight: from the least there is; the sum beside it says what it is.
  const least = Math.min(...classes.map((c) => c.minor), flat_minor ?? Infinity);
  const ships = least < Infinity;
  const toSchool = school && (school.until == null || Date.now() <= school.until) ? school : null;
  const price = (minor: number) => (minor === 0 ? t('cart.free') : money({ minor, currency: products.currency }));
  // What an order costs more that comes after the school's day: it is shipped, and it may be a late one.
  const late = products.late_fee && toSchool?.until != null && products.late_fee.after >= toSchool.until ? products.late_fee.minor : 0;
  const more = ships && toSchool ? Math.max(0, least - toSchool.minor) + late : 0;
  const option = (value: Form['delivery'], label: string, cost: string, text: string) => (
    <label class={form.delivery === value ? 'product on' : 'product'}>
      <input
        type="radio"
        name="delivery"
        value={value}
        disabled={disabled}
        checked={form.delivery === value}
        onChange={() => onSet('delivery')(value)}
      />
      <span class="product-text">
        <span class="product-name">{label}</span>
        {text && <span class="hint">{text}</span>}
      </span>
      <span class="product-price">{cost}</span>
    </label>
  );
  type Name = 'recipient' | 'line1' | 'line2' | 'postal_code' | 'city' | 'region' | 'school' | 'class' | 'child';
  const field = (name: Name, complete?: string) => ({
    id: name,
    label: t(name === 'school' ? 'checkout.school_name' : `checkout.${name}`),
    value: form[name],
    fault: wrong[name],
    disabled,
    autocomplete: complete ? `shipping ${complete}` : 'off',
    onInput: onSet(name),
  });
  return (
    <section>
      <fieldset class="products">
        <legend>
          <h2>{t('checkout.delivery')}</h2>
        </legend>
        {pick_up && option('pick_up', t('checkout.pick_up', { studio }), price(0), t('checkout.pick_up.text'))}
        {ships &&
          option(
            'ship_to',
            t('checkout.ship'),
            classes.length > 0 ? t('checkout.from', { price: price(least) }) : price(least),
            free_from_minor ? t('checkout.free_from', { amount: price(free_from_minor) }) : '',
          )}
        {school && !toSchool && school.until != null && (
          <p class="hint">{t('checkout.school_over', { date: dateAndTime(school.until) })}</p>
        )}
        {toSchool &&
          option(
            'school',
            toSchool.name ? t('checkout.school_named', { school: toSchool.name }) : t('checkout.school'),
            price(toSchool.minor),
            toSchool.until == null
              ? ''
              : more === 0
                ? t('checkout.school_until', { date: dateAndTime(toSchool.until) })
                : t('checkout.school_until_later', { date: dateAndTime(toSchool.until), later: price(more) }),
          )}
      </fieldset>
      {form.delivery === 'school' && (
        <div class="address">
          {!toSchool?.name && <Field {...field('school')} />}
          <div class="pair">
            <Field {...field('child')} />
            <Field {...field('class')} optional={t('checkout.optional')} />
          </div>
        </div>
      )}
      {form.delivery === 'ship_to' && (
        <div class="address">
          <Field {...field('recipient', 'name')} />
          <Field {...field('line1', 'address-line1')} />
          <Field {...field('line2', 'address-line2')} optional={t('checkout.optional')} />
          <div class="pair narrow">
            <Field {...field('postal_code', 'postal-code')} />
            <Field {...field('city', 'address-level2')} />
          </div>
          <div class="pair">
            <Field
              {...field('region', 'address-level1')}
              optional={needsRegion(products.addresses ?? [], form.country) ? undefined : t('checkout.optional')}
            />
            <div class="field">
              <label for="country">{t('checkout.country')}</label>
              <select
                id="country"
                autocomplete="shipping country"
                disabled={disabled}
                value={form.country}
                onChange={(event) => onSet('country')(event.currentTarget.value)}
              >
                {countries(products.shipping.countries).map((c) => (
                  <option key={c.code} value={c.code}>
                    {c.name}
                  </option>
                ))}
              </select>
            </div>
          </div>
        </div>
      )}
    </section>
  );
}
