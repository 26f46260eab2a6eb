// One line: product, copies, lab, stage, and its pictures as they will be printed.
import { useState } from 'preact/hooks';
import { Icon } from '../../../src/interface/icon';
import { effectivePpi, softBelowPpi } from '../../../src/geometry';
import { CropView } from '../parts/crop_view';
import { Focus } from '../parts/focus';
import type { Line, Picture, ShownOrder } from '../types';
import { inches, price, stageWord } from '../words';

export function LineView({ shown, line }: { shown: ShownOrder; line: Line }) {
  const status = shown.signed[line.no] ?? line.status;
  const lab = shown.order.routes[line.no];
  return (
    <div class="line">
      <header class="line-head">
        <h3>
          {line.quantity} × {line.product_name}
        </h3>
        <span class="soft">
          {inches(line)}, {line.surface}
        </span>
        <span class="line-price">{price(line.total)}</span>
      </header>
      {status.stage !== 'placed' && (
        <p class="soft line-stage">
          {stageWord(status.stage)}
          {lab !== undefined && ` · ${shown.labs[lab] ?? 'lab'}`}
          {status.attempt > 1 && ` · attempt ${status.attempt}`}
        </p>
      )}
      <div class={line.nodes.length > 1 ? 'pictures many' : 'pictures'}>
        {line.nodes.map((picture, index) => (
          <PictureView key={index} shown={shown} line={line} picture={picture} index={index} />
        ))}
      </div>
    </div>
  );
}

export const pictureAt = (number: string, line: number, node: number, picture: Picture): string =>
  `/api/orders/${number}/lines/${line}/${node}/picture?v=${picture.version.slice(0, 12)}`;

function PictureView({ shown, line, picture, index }: { shown: ShownOrder; line: Line; picture: Picture; index: number }) {
  const [focus, setFocus] = useState(false);
  const ppi = Math.floor(effectivePpi(picture.crop, picture.frame, line.width_in, line.height_in));
  const soft = ppi < softBelowPpi(line.width_in, line.height_in);
  const src = pictureAt(shown.number, line.no, index, picture);
  return (
    <figure class="picture">
      <CropView src={`${src}&edge=1600`} alt={picture.file_name} frame={picture.frame} crop={picture.crop} onOpen={() => setFocus(true)} />
      <figcaption>
        <span class="picture-name">{picture.file_name}</span>
        <span class={soft ? 'ppi-note soft-print' : 'ppi-note'}>
          {soft && <Icon name="warning" />}
          {ppi} ppi{soft && ': will look soft at this size'}
        </span>
      </figcaption>
      {focus && <Focus picture={picture} src={src} onClose={() => setFocus(false)} />}
    </figure>
  );
}
