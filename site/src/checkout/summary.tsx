// What is being ordered, with the host's prices, beside the form.
import type { ComponentChildren } from 'preact';
import type { CartLine, Products } from '../api/types';
import { money, number, t } from '../language';
import { Cropped } from '../shop/cropped';
import { usePictures } from '../shop/pictures';
import type { Quoted } from '../shop/quote';
import { Totals } from '../shop/totals';
import { trouble } from '../trouble';

interface SummaryProps {
  gallery: string;
  lines: CartLine[];
  products: Products;
  quoted: Quoted;
  carried: boolean;
  children: ComponentChildren;
}

export function Summary({ gallery, lines, products, quoted, carried, children }: SummaryProps) {
  const { pictures } = usePictures(gallery, lines);
  const { quote, asking, error } = quoted;
  return (
    <aside class="summary" aria-label={t('checkout.summary')}>
      <h2>{t('checkout.summary')}</h2>
      <ul class="summary-lines">
        {lines.map((line, i) => {
          const node = line.nodes[0];
          const picture = node && pictures.get(node.photo);
          return (
            <li key={line.id}>
              <span class="summary-picture">{picture && <Cropped picture={picture} crop={node.crop} size={48} />}</span>
              <span>
                {number(line.quantity)} × {products.products.find((p) => p.id === line.product)?.name ?? line.product}
              </span>
              <span>{quote?.lines[i] ? money(quote.lines[i].total) : ''}</span>
            </li>
          );
        })}
      </ul>
      <Totals sum={quote} asking={asking} carried={carried} />
      {error != null && (
        <div class="refusal" role="alert">
          <strong>{trouble(error).title}</strong>
          <span>{trouble(error).hint}</span>
          <a href={`/g/${gallery}/cart`}>{t('cart.open')}</a>
        </div>
      )}
      {children}
    </aside>
  );
}
