// One line: product, copies, lab, stage, and its pictures as they will be printed.
import { useState } from 'preact/hooks';
import { Icon } from '../../../src/interface/icon';
import { effectivePpi, softBelowPpi } from '../../../src/geometry';
import { useAction } from '../parts/action';
import { CropView } from '../parts/crop_view';
import { Focus } from '../parts/focus';
import { Problem } from '../parts/said';
import type { Line, Picture, ShownOrder } from '../types';
import { inches, price, stageWord } from '../words';
import { adjust, twins } from './changes';
import { CropSheet } from './crop_sheet';
import { ReplaceSheet } from './replace_sheet';
import { SplitSheet } from './split_sheet';

export function LineView({ shown, line }: { shown: ShownOrder; line: Line }) {
  const signed = shown.signed[line.no];
  // A remake has begun that no lab has signed for yet.
  const status = signed && signed.attempt >= line.status.attempt ? signed : line.status;
  const lab = shown.order.routes[line.no];
  const open = shown.order.state === 'placed';
  const [splitting, setSplitting] = useState(false);
  const action = useAction();
  const twin = open ? twins(shown.order.lines, line)[0] : undefined;
  return (
    <div class="line">
      <header class="line-head">
        <h2>
          <span class="copies">{line.quantity} ×</span> {line.product_name}
        </h2>
        <span class="soft">
          {line.width_in > 0 && (line.product_name.includes(`${line.width_in} × ${line.height_in}`) ? line.surface : `${inches(line)}, ${line.surface}`)}
          {line.kind?.type === 'unit' && ` · ${line.kind.pieces} prints each`}
          {line.package && ` · in ${line.package.name}`}
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
      {open && !line.package && (line.quantity > 1 || twin) && (
        <div class="tools">
          {line.quantity > 1 && (
            <button type="button" class="link" onClick={() => setSplitting(true)}>
              Split this line …
            </button>
          )}
          {twin && (
            <button
              type="button"
              class="link"
              onClick={() => action.run(() => adjust(shown, { kind: 'merge', line: Math.max(line.no, twin.no), into: Math.min(line.no, twin.no) }))}
            >
              Join with line {twin.no}
            </button>
          )}
        </div>
      )}
      {action.error && <Problem error={action.error} />}
      {splitting && <SplitSheet shown={shown} line={line} onClose={() => setSplitting(false)} />}
    </div>
  );
}

export const pictureAt = (number: string, line: number, node: number, picture: Picture): string =>
  `/api/orders/${number}/lines/${line}/${node}/picture?v=${picture.version.slice(0, 12)}`;

function PictureView({ shown, line, picture, index }: { shown: ShownOrder; line: Line; picture: Picture; index: number }) {
  const [sheet, setSheet] = useState<'focus' | 'crop' | 'replace' | null>(null);
  const close = () => setSheet(null);
  const open = shown.order.state === 'placed' && picture.home === shown.machine;
  const newer = shown.newer.some(([no, node]) => no === line.no && node === index);
  const ppi = Math.floor(effectivePpi(picture.crop, picture.frame, line.width_in, line.height_in));
  const soft = ppi < softBelowPpi(line.width_in, line.height_in);
  const src = pictureAt(shown.number, line.no, index, picture);
  return (
    <figure class="picture">
      <CropView src={`${src}&edge=1600`} alt={picture.file_name} frame={picture.frame} crop={picture.crop} onOpen={() => setSheet('focus')} />
      <figcaption>
        <span class="picture-name">{picture.file_name}</span>
        <span class={soft ? 'ppi-note soft-print' : 'ppi-note'}>
          {soft && <Icon name="warning" />}
          {ppi} ppi{soft && ': will look soft at this size'}
        </span>
        <span class="tools">
          <button type="button" class="link" onClick={() => setSheet('focus')}>
            See at 100 %
          </button>
          {open && (
            <>
              <button type="button" class="link" onClick={() => setSheet('crop')}>
                Change crop
              </button>
              <button type="button" class="link" onClick={() => setSheet('replace')}>
                Replace photo{newer && <span class="chip good">newer version</span>}
              </button>
            </>
          )}
        </span>
      </figcaption>
      {sheet === 'focus' && <Focus picture={picture} src={src} onClose={close} />}
      {sheet === 'crop' && <CropSheet shown={shown} line={line} picture={picture} index={index} src={`${src}&edge=1600`} onClose={close} />}
      {sheet === 'replace' && <ReplaceSheet shown={shown} line={line} picture={picture} index={index} onClose={close} />}
    </figure>
  );
}
