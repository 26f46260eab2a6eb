// The cart: every line with its crop, and the host's total.
import { useEffect, useState } from 'preact/hooks';
import '../styles/choose.css';
import '../styles/shop.css';
import type { CartLine, PhotoView, Products, QuoteView } from '../api/types';
import { useGallery } from '../gallery/view';
import { lazy } from '../interface/lazy';
import { Masthead } from '../interface/masthead';
import { Loading, TroubleMessage } from '../interface/message';
import { notify } from '../interface/notice';
import { money, percent, t } from '../language';
import { trouble } from '../trouble';
import { CartLineView } from './cart_line';
import { addLine, cartOf, removeLines, setQuantity, useCart } from './cart';
import { EmptyCart } from './empty_cart';
import { LateNotice } from './late_notice';
import { usePictures } from './pictures';
import { useProducts } from './products';
import { asInput, useQuote } from './quote';

const Choose = lazy(async () => (await import('./choose')).Choose);

interface Editing {
  line: CartLine;
  photos: PhotoView[];
  copy: boolean;
}

export function CartScreen({ gallery }: { gallery: string }) {
  const { view } = useGallery(gallery);
  const cart = useCart(gallery);
  const { pictures, error: picturesError } = usePictures(gallery, cart.lines);
  const { products, error: productsError, retry } = useProducts(gallery);
  const [editing, setEditing] = useState<Editing | null>(null);
  const keeper = cartOf(gallery);

  useEffect(() => {
    scrollTo(0, 0);
    document.title = t('cart.title');
  }, []);

  const lines = cart.lines ?? [];
  const gone = (line: CartLine) => line.nodes.some((n) => pictures.get(n.photo) === null);
  const known = (line: CartLine) => products === null || products.products.some((p) => p.id === line.product);
  const sound = lines.filter((l) => !gone(l) && known(l));
  const read = lines.every((l) => l.nodes.every((n) => pictures.has(n.photo)));
  const quoted = useQuote(gallery, cart.lines && read ? sound.map(asInput) : null, null);

  if (cart.lines === null || !products) {
    const error = cart.error ?? productsError;
    const again = () => {
      retry();
      void keeper.retry();
    };
    return (
      <>
        <Masthead gallery={gallery} studio={view?.studio_name ?? ''} plain />
        <main class="page">{error ? <TroubleMessage error={error} onRetry={again} /> : <Loading />}</main>
      </>
    );
  }

  const remove = (line: CartLine) => {
    void keeper.change(removeLines([line.id]));
    notify(t('cart.removed'), { label: t('cart.undo'), run: () => void keeper.change(addLine(line)) });
  };
  const edit = (line: CartLine, copy: boolean) => {
    const photos = line.nodes.map((n) => pictures.get(n.photo));
    if (photos.every((p) => p != null)) setEditing({ line, photos, copy });
  };
  const first = editing?.photos[0];
  const problem = cart.error ?? picturesError ?? quoted.error;

  return (
    <>
      <Masthead gallery={gallery} studio={view?.name ?? ''} plain />
      <main class="page">
        {lines.length === 0 ? (
          <EmptyCart gallery={gallery} />
        ) : (
          <>
            <h1>{t('cart.title')}</h1>
            <div class="two">
              <ul class="cart-lines">
                {lines.map((line) => (
                  <CartLineView
                    key={line.id}
                    line={line}
                    product={products.products.find((p) => p.id === line.product) ?? null}
                    pictures={line.nodes.map((n) => pictures.get(n.photo))}
                    quoted={quoted.quote?.lines[sound.indexOf(line)] ?? null}
                    onQuantity={(quantity) => void keeper.change(setQuantity(line.id, quantity))}
                    onEdit={() => edit(line, false)}
                    onCopy={() => edit(line, true)}
                    onRemove={() => remove(line)}
                  />
                ))}
              </ul>
              <aside class="summary">
                <Subtotal quote={quoted.quote} asking={quoted.asking} products={products} />
                {problem != null && (
                  <div class="refusal" role="alert">
                    <strong>{trouble(problem).title}</strong>
                    <span>{trouble(problem).hint}</span>
                    {cart.error != null && (
                      <button type="button" class="link" onClick={() => void keeper.retry()}>
                        {t('app.retry')}
                      </button>
                    )}
                  </div>
                )}
                <div class="cart-go">
                  {sound.length === lines.length && quoted.quote ? (
                    <a class="button wide" href={`/g/${gallery}/checkout`}>
                      {t('cart.checkout')}
                      <span class="cart-go-sum">{money(quoted.quote.subtotal)}</span>
                    </a>
                  ) : (
                    <span class="button wide off" aria-disabled="true">
                      {t('cart.checkout')}
                    </span>
                  )}
                </div>
                <a class="link centre" href={`/g/${gallery}`}>
                  {t('cart.back')}
                </a>
              </aside>
            </div>
          </>
        )}
      </main>
      {editing && first && (
        <Choose gallery={gallery} photo={first} line={editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}

function Subtotal({ quote, asking, products }: { quote: QuoteView | null; asking: boolean; products: Products }) {
  const { minimum_minor, currency, tax } = products;
  return (
    <div>
      <dl class={asking ? 'totals asking' : 'totals'} aria-live="polite">
        <div class="total">
          <dt>{t('cart.subtotal')}</dt>
          <dd>{quote ? money(quote.subtotal) : asking ? t('cart.quoting') : '–'}</dd>
        </div>
      </dl>
      {tax && (
        <p class="hint">{t(tax.inclusive ? 'cart.prices_include' : 'cart.prices_exclude', { tax: tax.name, rate: percent(tax.basis_points) })}</p>
      )}
      <p class="hint">{t('cart.shipping.later')}</p>
      {minimum_minor > 0 && <p class="hint">{t('cart.minimum', { amount: money({ minor: minimum_minor, currency }) })}</p>}
      <LateNotice products={products} />
    </div>
  );
}
