// Choosing a print of a picture: format and paper, crop, and how many.
import { useEffect, useState } from 'preact/hooks';
import '../styles/choose.css';
import type { CartLine, Crop, PhotoView, Product, Products } from '../api/types';
import { effectivePpi, softBelowPpi, wholeAspect } from '../geometry';
import { Dialog } from '../interface/dialog';
import { Icon } from '../interface/icon';
import { Loading, Message, TroubleMessage } from '../interface/message';
import { notify } from '../interface/notice';
import { Stepper } from '../interface/stepper';
import { money, number, t } from '../language';
import { go } from '../router';
import { trouble } from '../trouble';
import { addLine, cartOf, lineId, replaceLine } from './cart';
import { CropTool } from './crop_tool';
import { Cropped } from './cropped';
import { fromCrop, start, straighten, toCrop, type Pose } from './pose';
import { about, hasPaper, slotsOf, useProducts } from './products';
import { ProductList } from './product_list';
import { useQuote } from './quote';
import { others, takeOver } from './same_crop';
import { Slots, type Slot } from './slots';

interface ChooseProps {
  gallery: string;
  photo: PhotoView;
  /** A line of the cart to change, or to take as the pattern of a new one. */
  line: { line: CartLine; photos: PhotoView[]; copy: boolean } | null;
  onClose: () => void;
}

export function Choose(props: ChooseProps) {
  const { products, error, retry } = useProducts(props.gallery);
  return (
    <Dialog title={t('choose.title')} onClose={props.onClose} class="choose">
      {products && products.products.length > 0 ? (
        <Chooser {...props} products={products} />
      ) : products ? (
        <Message title={t('choose.unavailable')} text="" />
      ) : error ? (
        <TroubleMessage error={error} onRetry={retry} />
      ) : (
        <Loading />
      )}
    </Dialog>
  );
}

/** What was chosen last in this visit is likely what is wanted next. */
const last = new Map<string, string>();

/** Where there is no paper the picture keeps its own shape. */
const aspectOf = (slot: Product, photo: PhotoView) =>
  hasPaper(slot) ? wholeAspect(slot.width_in, slot.height_in) : ([photo.width, photo.height] as const);

function slotFor(slot: Product, photo: PhotoView, label: string, crop?: Crop): Slot {
  const aspect = aspectOf(slot, photo);
  return { photo, aspect, label, pose: crop ? fromCrop(crop, photo, aspect) : start(photo, aspect) };
}

/** Named where a package asks for several sorts. */
const labelOf = (product: Product, slot: Product) => (product.kind?.type === 'package' ? slot.name : '');

function Chooser({ gallery, photo, line, onClose, products }: ChooseProps & { products: Products }) {
  const initial =
    products.products.find((p) => p.id === (line?.line.product ?? last.get(gallery))) ?? products.products[0]!;
  const [product, setProduct] = useState(initial);
  const [quantity, setQuantity] = useState(line?.line.quantity ?? 1);
  const [slots, setSlots] = useState<Slot[]>(() => firstSlots(products, initial, photo, line));
  const [active, setActive] = useState(0);
  const [saving, setSaving] = useState(false);
  const papers = slotsOf(products, product);
  const slot = slots[active] ?? slots[0];
  const paper = papers[active] ?? papers[0];

  const nodes = slots.map((s) => ({ photo: s.photo.id, version: s.photo.version, crop: toCrop(s.pose, s.photo, s.aspect) }));
  const input = { product: product.id, quantity, nodes };
  const { quote, asking, error } = useQuote(gallery, [input], null);
  const printed = slot && paper && hasPaper(paper) ? { slot, paper } : null;
  const ppi = printed
    ? Math.floor(effectivePpi(toCrop(slot!.pose, slot!.photo, slot!.aspect), slot!.photo, paper!.width_in, paper!.height_in))
    : 0;
  const wanted = printed ? softBelowPpi(paper!.width_in, paper!.height_in) : 0;
  const soft = printed !== null && ppi < wanted;

  const pick = (next: Product) => {
    last.set(gallery, next.id);
    setSlots((now) => reshaped(products, now, next, photo));
    setActive((now) => Math.max(0, Math.min(now, next.nodes - 1)));
    setProduct(next);
  };
  const pose = (next: Pose) => setSlots((now) => now.map((s, i) => (i === active ? { ...s, pose: next } : s)));

  useEffect(() => {
    last.set(gallery, product.id);
  }, []);

  const save = async () => {
    if (saving) return;
    setSaving(true);
    const changing = line !== null && !line.copy;
    const saved: CartLine = { id: changing ? line.line.id : lineId(), ...input };
    const keeper = cartOf(gallery);
    void keeper.change(changing ? replaceLine(saved) : addLine(saved)).then(() => {
      const failed = keeper.state.get().error;
      if (failed) notify(trouble(failed).title, { label: t('app.retry'), run: () => void keeper.retry() });
    });
    onClose();
    const toCart = { label: t('cart.open'), run: () => go(`/g/${gallery}/cart`) };
    const similar = changing && printed ? others(keeper.state.get().lines ?? [], saved, printed.slot.photo, products) : [];
    if (similar.length > 0) {
      const same = takeOver(saved, printed!.slot.photo, products);
      notify(t('cart.copied', { count: similar.length }), {
        label: t('cart.copied.yes'),
        run: () => void keeper.change((lines) => lines.map((l) => (similar.includes(l.id) ? same(l) : l))),
      });
    } else if (line) notify(t(changing ? 'choose.saved' : 'choose.added'));
    else notify(t('choose.added'), toCart);
  };

  const price = quote?.total ? money(quote.total) : null;
  const save_label = line && !line.copy
    ? price ? t('choose.save_price', { price }) : t('choose.save')
    : price ? t('choose.add_price', { price }) : t('choose.add');
  // An order's minimum says nothing about one line.
  const refusal = error && !belowMinimum(error) ? trouble(error) : null;

  return (
    <form
      class="chooser"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="chooser-crop">
        {product.nodes > 1 && (
          <Slots
            gallery={gallery}
            slots={slots}
            active={active}
            onActive={setActive}
            onReplace={(next) =>
              setSlots((now) => now.map((s, i) => (i === active && papers[i] ? slotFor(papers[i], next, s.label) : s)))
            }
          />
        )}
        {printed ? (
          <CropTool
            key={`${printed.slot.photo.id} ${active} ${printed.slot.aspect.join()}`}
            photo={printed.slot.photo}
            print={[printed.paper.width_in, printed.paper.height_in]}
            aspect={printed.slot.aspect}
            mayStraighten={products.straighten}
            pose={printed.slot.pose}
            onPose={pose}
          />
        ) : (
          <Uncropped product={product} slot={slot ?? null} />
        )}
      </div>
      <div class="chooser-options">
        <ProductList products={products} photo={photo} chosen={product} onChoose={pick} />
        {printed && (
          <div class={soft ? 'ppi soft' : 'ppi'} role="status">
            <Icon name={soft ? 'warning' : 'check'} />
            <p>
              <strong>{t('crop.ppi', { ppi: number(ppi) })}</strong>{' '}
              {soft ? t(printed.slot.pose.whole ? 'crop.soft.whole' : 'crop.soft', { ppi: number(ppi), wanted: number(wanted) }) : t('crop.sharp')}
            </p>
          </div>
        )}
        <div class="row between">
          <span class="label">{t('choose.quantity')}</span>
          <Stepper label={t('choose.quantity')} value={quantity} onChange={setQuantity} />
        </div>
        {refusal && (
          <div class="refusal" role="alert">
            <strong>{refusal.title}</strong>
            <span>{refusal.hint}</span>
          </div>
        )}
      </div>
      <div class="chooser-foot">
        {/* On a phone the list and the warning are below the crop: what is bought, and that it is soft, is said here too. */}
        <p class={soft ? 'chooser-what soft' : 'chooser-what'} aria-hidden="true">
          {soft && <Icon name="warning" />}
          {soft ? t('crop.soft.short', { ppi: number(ppi) }) : [product.name, about(product)].filter(Boolean).join(' · ')}
        </p>
        <button type="submit" class={asking ? 'button wide asking' : 'button wide'} aria-disabled={saving}>
          {save_label}
        </button>
      </div>
    </form>
  );
}

const belowMinimum = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'below_minimum';

/** A file or an item: the picture as it is, and what the buyer may do with it. */
function Uncropped({ product, slot }: { product: Product; slot: Slot | null }) {
  const release = product.kind?.type === 'digital' ? product.kind.release : '';
  return (
    <div class="uncropped">
      {slot && <Cropped picture={slot.photo} crop={toCrop(slot.pose, slot.photo, slot.aspect)} size={260} />}
      {product.kind?.type === 'digital' && (
        <p>{t(product.kind.of === 'gallery' ? 'kind.gallery.text' : 'kind.digital.text')}</p>
      )}
      {release && (
        <p class="hint">
          <strong>{t('kind.release')}</strong> {release}
        </p>
      )}
    </div>
  );
}

function firstSlots(products: Products, product: Product, photo: PhotoView, line: ChooseProps['line']): Slot[] {
  return slotsOf(products, product).map((slot, i) => {
    const node = line?.line.nodes[i] ?? line?.line.nodes[0];
    const shown = line?.photos[i] ?? line?.photos[0] ?? photo;
    const made = slotFor(slot, shown, labelOf(product, slot), node?.crop);
    // Tilted before the studio said no.
    return products.straighten ? made : { ...made, pose: straighten(made.pose, shown, 0) };
  });
}

/** Another product: the same pictures, about the same crops, as many as it takes. */
function reshaped(products: Products, slots: Slot[], next: Product, photo: PhotoView): Slot[] {
  return slotsOf(products, next).map((slot, i) => {
    const before = slots[i] ?? slots[0];
    if (!before) return slotFor(slot, photo, labelOf(next, slot));
    const untouched = JSON.stringify(before.pose) === JSON.stringify(start(before.photo, before.aspect));
    const crop = untouched ? undefined : toCrop(before.pose, before.photo, before.aspect);
    return slotFor(slot, before.photo, labelOf(next, slot), crop);
  });
}
