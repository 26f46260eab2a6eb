// Choosing a print of a picture: format and paper, crop, and how many.
import { useEffect, useState } from 'preact/hooks';
import '../styles/choose.css';
import type { CartLine, PhotoView, Product, Products } from '../api/types';
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
import { fromCrop, start, straighten, toCrop, type Pose } from './pose';
import { useProducts } from './products';
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

const aspectOf = (product: Product) => wholeAspect(product.width_in, product.height_in);

function Chooser({ gallery, photo, line, onClose, products }: ChooseProps & { products: Products }) {
  const initial =
    products.products.find((p) => p.id === (line?.line.product ?? last.get(gallery))) ?? products.products[0]!;
  const [product, setProduct] = useState(initial);
  const [quantity, setQuantity] = useState(line?.line.quantity ?? 1);
  const [slots, setSlots] = useState<Slot[]>(() => firstSlots(initial, photo, line, products.straighten));
  const [active, setActive] = useState(0);
  const [saving, setSaving] = useState(false);
  const aspect = aspectOf(product);
  const slot = slots[active] ?? slots[0]!;

  const nodes = slots.map((s) => ({ photo: s.photo.id, version: s.photo.version, crop: toCrop(s.pose, s.photo, aspect) }));
  const input = { product: product.id, quantity, nodes };
  const { quote, asking, error } = useQuote(gallery, [input], null);
  const ppi = Math.floor(effectivePpi(toCrop(slot.pose, slot.photo, aspect), slot.photo, product.width_in, product.height_in));
  const wanted = softBelowPpi(product.width_in, product.height_in);

  const pick = (next: Product) => {
    last.set(gallery, next.id);
    setSlots((now) => reshaped(now, product, next));
    setActive((now) => Math.min(now, next.nodes - 1));
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
    const similar = changing ? others(keeper.state.get().lines ?? [], saved, slot.photo, products) : [];
    if (similar.length > 0) {
      const same = takeOver(saved, slot.photo, products);
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
            aspect={aspect}
            onActive={setActive}
            onReplace={(next) =>
              setSlots((now) => now.map((s, i) => (i === active ? { photo: next, pose: start(next, aspect) } : s)))
            }
          />
        )}
        <CropTool
          key={`${slot.photo.id} ${active}`}
          photo={slot.photo}
          print={[product.width_in, product.height_in]}
          aspect={aspect}
          mayStraighten={products.straighten}
          pose={slot.pose}
          onPose={pose}
        />
      </div>
      <div class="chooser-options">
        <ProductList products={products} photo={photo} chosen={product} onChoose={pick} />
        <div class={ppi < wanted ? 'ppi soft' : 'ppi'} role="status">
          <Icon name={ppi < wanted ? 'warning' : 'check'} />
          <p>
            <strong>{t('crop.ppi', { ppi: number(ppi) })}</strong>{' '}
            {ppi < wanted ? t(slot.pose.whole ? 'crop.soft.whole' : 'crop.soft', { ppi: number(ppi), wanted: number(wanted) }) : t('crop.sharp')}
          </p>
        </div>
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
        <button type="submit" class={asking ? 'button wide asking' : 'button wide'} aria-disabled={saving}>
          {save_label}
        </button>
      </div>
    </form>
  );
}

const belowMinimum = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'below_minimum';

function firstSlots(product: Product, photo: PhotoView, line: ChooseProps['line'], mayStraighten: boolean): Slot[] {
  const aspect = aspectOf(product);
  if (!line) return Array.from({ length: product.nodes }, () => ({ photo, pose: start(photo, aspect) }));
  const slots = line.line.nodes.map((node, i) => {
    const shown = line.photos[i] ?? photo;
    const pose = fromCrop(node.crop, shown, aspect);
    // Tilted before the studio said no.
    return { photo: shown, pose: mayStraighten ? pose : straighten(pose, shown, 0) };
  });
  return Array.from({ length: product.nodes }, (_, i) => slots[i] ?? slots[0] ?? { photo, pose: start(photo, aspect) });
}

/** Another format: the same pictures, about the same crops, as many as it takes. */
function reshaped(slots: Slot[], before: Product, next: Product): Slot[] {
  const [old, aspect] = [aspectOf(before), aspectOf(next)];
  const moved = slots.map((s) => {
    const untouched = JSON.stringify(s.pose) === JSON.stringify(start(s.photo, old));
    return { photo: s.photo, pose: untouched ? start(s.photo, aspect) : fromCrop(toCrop(s.pose, s.photo, old), s.photo, aspect) };
  });
  return Array.from({ length: next.nodes }, (_, i) => moved[i] ?? moved[0]!);
}
