// Checkout: who, where to, the host's total, and placing the order exactly once.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import '../styles/choose.css';
import '../styles/shop.css';
import { HostProblem, NoAnswer } from '../api/call';
import type { Money, PaymentMethod, Products, QuoteView } from '../api/types';
import { remember, rememberOrder, remembered } from '../device';
import { useGallery } from '../gallery/view';
import { Masthead } from '../interface/masthead';
import { Loading, TroubleMessage } from '../interface/message';
import { language, money, t, type MessageKey } from '../language';
import { replace } from '../router';
import { cartOf, removeLines, useCart } from '../shop/cart';
import { EmptyCart } from '../shop/empty_cart';
import { LateNotice } from '../shop/late_notice';
import { isPhysical, useProducts } from '../shop/products';
import { asInput, useQuote, type Quoted } from '../shop/quote';
import { sendToPay } from '../order/pay';
import { trouble } from '../trouble';
import { answered, begin, settle, unanswered, type Attempt } from './attempt';
import { CodeField, type Codes } from './codes';
import { Delivery } from './delivery';
import { Field } from './field';
import { customerOf, destinationOf, faults, likelyCountry, sortOf, type Faults, type Form } from './person';
import { Summary } from './summary';

export function CheckoutScreen({ gallery }: { gallery: string }) {
  const { view } = useGallery(gallery);
  const cart = useCart(gallery);
  const { products, error, retry } = useProducts(gallery);
  useEffect(() => {
    scrollTo(0, 0);
    document.title = t('checkout.title');
  }, []);
  const again = () => {
    retry();
    void cartOf(gallery).retry();
  };
  const failed = error ?? (cart.lines === null ? cart.error : null);
  const empty = cart.lines?.length === 0 && unanswered(gallery) === null;
  return (
    <>
      <Masthead gallery={gallery} studio={view?.name ?? ''} plain />
      <main class="page">
        {failed ? (
          <TroubleMessage error={failed} onRetry={again} />
        ) : !products || !cart.lines ? (
          <Loading />
        ) : empty ? (
          <EmptyCart gallery={gallery} />
        ) : (
          <Checkout gallery={gallery} studio={view?.studio_name ?? ''} products={products} />
        )}
      </main>
    </>
  );
}

const ships = ({ shipping }: Products) => shipping.flat_minor !== null || (shipping.classes ?? []).length > 0;

/** The likely country if the studio ships there. */
function countryFor({ shipping }: Products): string {
  const [likely, served] = [likelyCountry(), shipping.countries ?? []];
  return served.length === 0 || served.includes(likely) ? likely : served[0]!;
}

function emptyForm(products: Products): Form {
  const form: Form = {
    name: '', email: '', phone: '', delivery: products.shipping.pick_up ? 'pick_up' : ships(products) ? 'ship_to' : 'school', recipient: '',
    line1: '', line2: '', postal_code: '', city: '', region: '', country: countryFor(products), note: '',
    school: products.shipping.school?.name ?? '', class: '', child: '',
  };
  const before = remembered().person;
  if (typeof before !== 'object' || before === null) return form;
  const kept = Object.entries(before).filter(([k, v]) => k in form && k !== 'delivery' && k !== 'school' && typeof v === 'string');
  const filled: Form = { ...form, ...Object.fromEntries(kept) };
  const served = products.shipping.countries ?? [];
  return served.length > 0 && !served.includes(filled.country) ? { ...filled, country: form.country } : filled;
}

function Checkout({ gallery, studio, products }: { gallery: string; studio: string; products: Products }) {
  const cart = useCart(gallery);
  const lines = cart.lines ?? [];
  const [form, setForm] = useState(() => emptyForm(products));
  const [wrong, setWrong] = useState<Faults>({});
  const [attempt, setAttempt] = useState<Attempt | null>(() => unanswered(gallery));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [asked, setAsked] = useState(0);
  // A press while the total is asked again, with the sum it agreed to.
  const [pressed, setPressed] = useState<string | null>(null);
  const [changed, setChanged] = useState(false);
  const [codes, setCodes] = useState<Codes>({});
  const payments = products.payments ?? ['pay_studio'];
  const [payment, setPayment] = useState<PaymentMethod>(payments[0]!);
  const page = useRef<HTMLFormElement>(null);
  // However often it is pressed before the page is drawn anew, one request is on its way.
  const sending = useRef(false);
  // Files need no address.
  const carried = lines.some((line) => {
    const product = products.products.find((p) => p.id === line.product);
    return !product || isPhysical(products, product);
  });
  const quoted = useQuote(gallery, lines.map(asInput), carried ? sortOf(form) : { kind: 'pick_up' }, asked, codes);
  const locked = busy || attempt !== null || pressed !== null;

  const set = (field: keyof Form) => (value: string) => {
    setForm((now) => ({ ...now, [field]: value }));
    setWrong(({ [field]: _, ...rest }) => rest);
    setChanged(false);
  };

  const send = async (open: Attempt) => {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setFailure(null);
    setChanged(false);
    setAttempt(open);
    try {
      const placed = await settle(open);
      rememberOrder({ secret: placed.secret, number: placed.number, gallery, at: Date.now() });
      const { delivery: _, note: __, school: ___, ...person } = form;
      remember({ person });
      await Promise.race([cartOf(gallery).change(removeLines(open.lines)), new Promise((r) => setTimeout(r, 3_000))]);
      thankOnce(placed.secret);
      const paying = open.order.payment === 'stripe' && (await sendToPay(placed.secret));
      answered(gallery);
      if (!paying) replace(`/order/${placed.secret}`);
    } catch (error) {
      const known = error instanceof HostProblem && error.status < 500 && error.status !== 429 && error.status !== 401;
      if (known) {
        setAttempt(null);
        setAsked((n) => n + 1);
      }
      setBusy(false);
      const about = error instanceof HostProblem ? FAULTS[error.code] : undefined;
      if (about) mark({ [about[0]]: t(about[1]) });
      else setFailure(error);
    } finally {
      sending.current = false;
    }
  };

  // Came back to an order whose answer was lost: ask for it before anything else.
  useEffect(() => {
    if (attempt) void send(attempt);
  }, []);

  /** Marks fields and goes to the first of them; whether there is any. */
  const mark = (found: Faults): boolean => {
    setWrong(found);
    const any = Object.keys(found).length > 0;
    if (any) requestAnimationFrame(() => page.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    return any;
  };

  // The total stands: what was pressed meanwhile holds if it is the sum that was seen.
  useEffect(() => {
    if (pressed === null || quoted.asking) return;
    setPressed(null);
    if (!quoted.quote) return; // Why, the summary says.
    if (sumOf(quoted.quote) === pressed) submit();
    else setChanged(true);
  }, [pressed, quoted]);

  const submit = () => {
    if (busy || pressed !== null && quoted.asking) return;
    if (attempt) return void send(attempt);
    const found = faults(carried ? form : { ...form, delivery: 'pick_up' }, products.addresses);
    if (mark(found)) return;
    if (!quoted.quote) return;
    setChanged(false);
    if (quoted.asking) return setPressed(sumOf(quoted.quote));
    if (quoted.quote.code_refused || quoted.quote.prepaid_refused) return;
    const order = {
      lines: lines.map(asInput),
      customer: customerOf(form),
      destination: carried ? destinationOf(form) : ({ kind: 'pick_up' } as const),
      note: form.note.trim() || null,
      ...codes,
      payment,
      language: language(),
      total_shown: quoted.quote.total,
    };
    void send(begin(gallery, order, lines.map((l) => l.id)));
  };

  const due = quoted.quote ? leftToPay(quoted.quote).minor : null;
  const field = (name: 'name' | 'email' | 'phone' | 'note') => ({
    id: name,
    value: form[name],
    fault: wrong[name],
    disabled: locked,
    onInput: set(name),
  });

  return (
    <form
      ref={page}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h1>{t('checkout.title')}</h1>
      <div class="two">
        <div class="checkout-form">
          <section>
            <h2>{t('checkout.you')}</h2>
            <Field {...field('name')} label={t('checkout.name')} autocomplete="name" />
            <div class="pair">
              <Field {...field('email')} label={t('checkout.email')} type="email" inputMode="email" autocomplete="email" />
              <Field {...field('phone')} label={t('checkout.phone')} type="tel" inputMode="tel" autocomplete="tel" />
            </div>
            <p class="hint">{t('checkout.contact')}</p>
          </section>
          {carried && <Delivery form={form} wrong={wrong} disabled={locked} products={products} studio={studio} onSet={set} />}
          <section>
            <h2>{t('checkout.payment')}</h2>
            {due === 0 && (quoted.quote?.prepaid ?? null) !== null ? (
              <p>{t('checkout.payment.prepaid')}</p>
            ) : payments.length > 1 ? (
              <fieldset class="products">
                {payments.map((method) => (
                  <label key={method} class={payment === method ? 'product on' : 'product'}>
                    <input type="radio" name="payment" value={method} disabled={locked} checked={payment === method} onChange={() => setPayment(method)} />
                    <span class="product-text">
                      <span class="product-name">{t(method === 'stripe' ? 'checkout.pay_online' : 'checkout.pay_studio', { studio })}</span>
                      <span class="hint">{t(method === 'stripe' ? 'checkout.pay_online.text' : 'checkout.payment.text', { studio })}</span>
                    </span>
                  </label>
                ))}
              </fieldset>
            ) : (
              <p>{t(payments[0] === 'stripe' ? 'checkout.pay_online.text' : 'checkout.payment.text', { studio })}</p>
            )}
            <CodeField codes={codes} quote={quoted.quote} disabled={locked} onChange={setCodes} />
            <Field {...field('note')} label={t('checkout.note')} optional={t('checkout.optional')} rows={3} maxLength={1000} />
          </section>
        </div>
        <Summary gallery={gallery} lines={lines} products={products} quoted={quoted} carried={carried}>
          <LateNotice products={products} />
          <div role="alert">
            {Object.keys(wrong).length > 0 && <p class="fault">{t('checkout.fix')}</p>}
            {changed && <Failure error={new HostProblem(409, { code: 'price_changed', message: '' }, null)} pending={false} />}
            {failure !== null && <Failure error={failure} pending={attempt !== null} />}
          </div>
          <button type="submit" class="button wide place" aria-disabled={busy || pressed !== null || (!attempt && !quoted.quote)}>
            {label(busy, pressed !== null, attempt, quoted)}
          </button>
        </Summary>
      </div>
    </form>
  );
}

function label(busy: boolean, pressed: boolean, attempt: Attempt | null, { quote, asking }: Quoted): ComponentChildren {
  if (busy) return t('checkout.placing');
  if (attempt) return t('checkout.again');
  if (pressed) return t('checkout.queued');
  if (!quote) return t(asking ? 'cart.quoting' : 'checkout.place');
  // What the code pays is not asked for again.
  const due = leftToPay(quote);
  if (due.minor === 0 && quote.prepaid) return t('checkout.place');
  // Where both do not fit beside each other, the words stay together and the sum goes below them.
  return (
    <>
      <span>{t('checkout.place_total')}</span>
      <span class="unseen"> · </span>
      <span>{money(due)}</span>
    </>
  );
}

const leftToPay = ({ total, prepaid }: QuoteView): Money => ({ ...total, minor: total.minor - (prepaid?.minor ?? 0) });

/** The field a refusal of the host is about, and what is wrong with it. */
const FAULTS: Record<string, [keyof Form, MessageKey]> = {
  bad_postal_code: ['postal_code', 'checkout.bad_postal_code'],
  no_region: ['region', 'checkout.need_region'],
};

/** What a press agrees to. */
const sumOf = ({ total, prepaid }: QuoteView): string => JSON.stringify([total, prepaid ?? null]);

function Failure({ error, pending }: { error: unknown; pending: boolean }) {
  const silent = pending && (error instanceof NoAnswer || (error instanceof HostProblem && error.status >= 500));
  const { title, hint } = silent ? { title: t('checkout.unknown'), hint: t('checkout.unknown.hint') } : trouble(error);
  return (
    <div class="refusal">
      <strong>{title}</strong>
      <span>{hint}</span>
    </div>
  );
}

/** The status page thanks only the person who has just ordered. */
function thankOnce(secret: string): void {
  try {
    sessionStorage.setItem('darkslide thanks', secret);
  } catch {
    // Then it does not thank.
  }
}
