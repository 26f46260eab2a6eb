// The status page of an order, for whoever holds its link; right after ordering, the confirmation.
import { useEffect, useState } from 'preact/hooks';
import '../styles/choose.css';
import '../styles/shop.css';
import '../styles/order.css';
import { HostProblem } from '../api/call';
import { askFilesAgain, cancelOrder, readOrder } from '../api/order';
import type { OrderView } from '../api/types';
import { remembered } from '../device';
import { Confirm } from '../interface/dialog';
import { Icon } from '../interface/icon';
import { Loading, Message, TroubleMessage } from '../interface/message';
import { notify } from '../interface/notice';
import { dateAndTime, t } from '../language';
import { Totals } from '../shop/totals';
import { trouble } from '../trouble';
import { Destination } from './destination';
import { OrderLine } from './order_line';
import { sendToPay } from './pay';
import { settled, summaryOf } from './steps';

export function OrderScreen({ secret }: { secret: string }) {
  const [order, setOrder] = useState<OrderView | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    scrollTo(0, 0);
    document.title = t('app.loading');
  }, []);

  useEffect(() => {
    let gone = false;
    let timer = 0;
    const began = Date.now();
    const look = async () => {
      let now: OrderView | null = null;
      if (document.visibilityState === 'visible') {
        try {
          now = await readOrder(secret);
          if (gone) return;
          setOrder(now);
          setError(null);
          document.title = t('order.title', { number: now.number });
        } catch (e) {
          if (gone) return;
          setError(e);
        }
      }
      const over = now !== null && settled(now);
      // Addresses of files end within the hour: an open page gets new ones.
      if (over && !now?.lines.some((l) => l.files)) return;
      timer = window.setTimeout(() => void look(), over ? 600_000 : Date.now() - began < 120_000 ? 3_000 : 15_000);
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [secret, tries]);

  if (order) return <Order secret={secret} order={order} onOrder={setOrder} onLook={() => setTries((n) => n + 1)} />;
  const missing = error instanceof HostProblem && error.status === 404;
  return (
    <main class="page">
      {missing ? (
        <Message title={t('order.missing.title')} text={t('order.missing.text')}>
          <a class="button" href="/find">
            {t('find.action')}
          </a>
        </Message>
      ) : error ? (
        <TroubleMessage error={error} onRetry={() => setTries((n) => n + 1)} />
      ) : (
        <Loading />
      )}
    </main>
  );
}

type OrderProps = { secret: string; order: OrderView; onOrder: (o: OrderView) => void; onLook: () => void };

function Order({ secret, order, onOrder, onLook }: OrderProps) {
  const [asking, setAsking] = useState(false);
  const [thanks] = useState(() => justOrdered(secret));
  const gallery = remembered().orders.find((o) => o.secret === secret)?.gallery;
  const summary = summaryOf(order);
  const carried = order.lines.some((l) => l.kind !== 'digital');

  const cancel = async () => {
    setAsking(false);
    try {
      onOrder(await cancelOrder(secret));
    } catch (error) {
      const { title, hint } = trouble(error);
      notify(hint || title);
      readOrder(secret).then(onOrder, () => undefined);
    }
  };

  const again = async () => {
    try {
      onOrder(await askFilesAgain(secret));
      onLook();
    } catch (error) {
      const { title, hint } = trouble(error);
      notify(hint || title);
    }
  };

  return (
    <>
      <header class="masthead">
        <a class="masthead-name" href={gallery ? `/g/${gallery}` : '/'}>
          <Icon name="back" />
          <span>{order.studio_name}</span>
        </a>
      </header>
      <main class="page order">
        <header class="order-head">
          {thanks && order.state !== 'cancelled' && (
            <>
              <p class="order-mark" aria-hidden="true">
                <Icon name="check" />
              </p>
              <h1>{t('order.thanks', { name: order.customer.name })}</h1>
              <p class="lead">{t('order.thanks.text', { studio: order.studio_name })}</p>
            </>
          )}
          <div class="order-number">
            {thanks && order.state !== 'cancelled' ? (
              <strong>{t('order.title', { number: order.number })}</strong>
            ) : (
              <h1>{t('order.title', { number: order.number })}</h1>
            )}
          </div>
          <p class="hint">{t('order.placed_on', { date: dateAndTime(order.placed_at) })}</p>
          <p class={`pill ${order.state}`} role="status">
            {t(summary.key, { done: summary.done, total: summary.total })}
          </p>
          {order.on_hold && <p class="hint">{t('order.hold')}</p>}
          {order.cancel_reason && <p class="hint">{t('order.cancel_reason', { reason: order.cancel_reason })}</p>}
        </header>
        <section>
          <h2 class="unseen">{t('order.items')}</h2>
          <ul class="order-lines">
            {order.lines.map((line, i) => (
              <OrderLine key={line.line} line={line} first={line.package?.no !== order.lines[i - 1]?.package?.no} pickUp={order.destination.kind !== 'ship_to'} onAgain={again} />
            ))}
          </ul>
        </section>
        <section class="order-facts">
          <div>
            <Totals sum={order} carried={carried} />
            {order.state !== 'cancelled' && <Paid secret={secret} order={order} />}
          </div>
          <Destination order={order} carried={carried} />
        </section>
        <div class="row centre no-print">
          <button type="button" class="button quiet" onClick={() => print()}>
            <Icon name="print" />
            {t('order.print')}
          </button>
          <button type="button" class="button quiet" onClick={() => void copyLink()}>
            <Icon name="copy" />
            {t('order.copy')}
          </button>
          {order.can_cancel && (
            <button type="button" class="button quiet danger-text" onClick={() => setAsking(true)}>
              {t('order.cancel')}
            </button>
          )}
        </div>
        {gallery && (
          <p class="centre no-print">
            <a class="link" href={`/g/${gallery}`}>
              {t('order.back')}
            </a>
          </p>
        )}
      </main>
      {asking && (
        <Confirm
          title={t('order.cancel.title')}
          text={t('order.cancel.text')}
          yes={t('order.cancel.yes')}
          no={t('order.cancel.no')}
          onYes={() => void cancel()}
          onNo={() => setAsking(false)}
        />
      )}
    </>
  );
}

function justOrdered(secret: string): boolean {
  try {
    return sessionStorage.getItem('darkslide thanks') === secret;
  } catch {
    return false;
  }
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    notify(t('order.copied'));
  } catch {
    // The browser does not allow it here; the address bar has the link.
  }
}

/** Whether it is paid; online, and not yet: the way to the payment page. */
function Paid({ secret, order }: { secret: string; order: OrderView }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const pay = async () => {
    setBusy(true);
    setFailed(false);
    if (await sendToPay(secret)) return;
    // Paid meanwhile, perhaps: the page looks again by itself.
    setBusy(false);
    setFailed(true);
  };
  if (order.paid) return <p class="hint">{t(order.payment === 'prepaid' ? 'order.paid_code' : 'order.paid')}</p>;
  if (!order.can_pay) return <p class="hint">{t('order.unpaid', { studio: order.studio_name })}</p>;
  return (
    <div class="pay no-print">
      <p class="hint">{t('order.pay.waiting')}</p>
      <button type="button" class="button wide" aria-disabled={busy} onClick={() => !busy && void pay()}>
        {t('order.pay')}
      </button>
      <p class="fault" role="alert">{failed && t('order.pay.unavailable')}</p>
    </div>
  );
}
