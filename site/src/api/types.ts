// The shapes that cross between this site and the host, as `crates/wire` (customer, checkout, problem)
// and the value types of `crates/domain` write them in JSON. Ids and hashes are text, times are
// milliseconds since 1970, money is an integer in minor units.

export interface Problem {
  /** Stable, for programs: `wrong_code`, `gallery_not_ready`, `price_changed` … */
  code: string;
  message: string;
  hint?: string | null;
}

export interface Money {
  minor: number;
  currency: string;
}

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Crop {
  rect: Rect;
  /** Clockwise, 0 to 3. */
  quarter_turns: number;
  /** Degrees clockwise, -45 to 45. */
  angle: number;
  aspect: [number, number] | null;
}

export interface OpenedGallery {
  gallery: string;
  name: string;
  studio_name: string;
}

export interface Opened {
  visitor: string;
  galleries: OpenedGallery[];
  expires_at: number;
}

export interface Facet {
  value: string;
  photos: number;
}

export interface SubjectFacet {
  subject: string;
  name: string;
  group?: string | null;
  photos: number;
}

export interface GalleryView {
  gallery: string;
  name: string;
  studio_name: string;
  welcome: string | null;
  sells_prints: boolean;
  expires_at: number | null;
  photos: number;
  favourites: number;
  sections: Facet[];
  keywords: Facet[];
  subjects: SubjectFacet[];
  days: Facet[];
  look: Look;
  selection_limit?: number | null;
}

export interface Tone {
  fill: string;
  on: string;
}

export interface Look {
  accent?: { light: Tone; dark: Tone } | null;
  logo?: ImageRef | null;
  cover?: PhotoView | null;
}

export interface PhotoQuery {
  q?: string;
  keyword?: string;
  section?: string;
  subject?: string;
  day?: string;
  list?: string;
  favourites?: boolean;
}

/** The hearts, as a list that can be given to the studio. */
export const HEARTS = 'favourites';

export interface FavouriteList {
  id: string;
  name: string;
  photos: string[];
}

export interface FavouriteLists {
  lists: FavouriteList[];
  /** By photo. */
  notes: Record<string, string>;
  /** When a list was given to the studio last. */
  submitted: Record<string, number>;
  revision: number;
}

export interface SubmitList {
  customer: string;
  email: string | null;
  message: string | null;
}

export interface DeviceLink {
  link: string;
  opens_until: number;
}

export interface PhotoPage {
  photos: PhotoView[];
  total: number;
  next?: string | null;
}

export interface ImageRef {
  url: string;
  width: number;
  height: number;
}

export interface PhotoView {
  id: string;
  version: string;
  /** Edited frame in full-resolution pixels: crops and ppi refer to it. */
  width: number;
  height: number;
  title?: string | null;
  caption?: string | null;
  file_name: string;
  section?: string | null;
  captured_at?: string | null;
  keywords?: string[];
  price_group?: string | null;
  favourite: boolean;
  /** A whole JPEG in base64. */
  micro: string;
  thumbnail?: ImageRef | null;
  proof?: ImageRef | null;
}

export type Surface = 'glossy' | 'lustre' | 'matte';

export interface Product {
  id: string;
  name: string;
  width_in: number;
  height_in: number;
  surface: Surface;
  /** Pictures a unit needs. */
  nodes: number;
  price_minor: number;
  group_prices: { group: string; price_minor: number }[];
  breaks: { from: number; price_minor: number }[];
}

export interface Products {
  currency: string;
  products: Product[];
  shipping: { flat_minor: number | null; pick_up: boolean };
  minimum_minor: number;
}

export interface CartNode {
  photo: string;
  version: string;
  crop: Crop;
}

export interface CartLine {
  id: string;
  product: string;
  quantity: number;
  nodes: CartNode[];
}

export interface Cart {
  lines: CartLine[];
  revision: number;
}

export type LineInput = Omit<CartLine, 'id'>;

export interface Customer {
  name: string;
  email: string | null;
  phone: string | null;
}

export interface Address {
  name: string;
  line1: string;
  line2: string | null;
  postal_code: string;
  city: string;
  region: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string;
}

export type Destination =
  | { kind: 'pick_up' }
  | { kind: 'ship_to'; address: Address }
  | { kind: 'ship_to_school'; school: string; class: string | null; child: string };

export interface AskQuote {
  lines: LineInput[];
  destination?: Destination | null;
}

export interface QuotedLine {
  unit_price: Money;
  total: Money;
  ppi: number;
  warning?: string | null;
}

export interface QuoteView {
  lines: QuotedLine[];
  subtotal: Money;
  shipping: Money;
  total: Money;
}

export interface PlaceOrder {
  lines: LineInput[];
  customer: Customer;
  destination: Destination;
  note: string | null;
  total_shown: Money;
}

export interface OrderPlaced {
  order: string;
  number: string;
  secret: string;
  total: Money;
}

export type OrderState = 'placed' | 'approved' | 'cancelled';

export type Stage =
  | 'placed'
  | 'approved'
  | 'rendering'
  | 'sent'
  | 'received'
  | 'verified'
  | 'printing'
  | 'printed'
  | 'shipped'
  | 'cancelled';

export interface OrderedPicture {
  file_name: string;
  crop: Crop;
  width: number;
  height: number;
  micro?: string | null;
  thumbnail?: ImageRef | null;
}

export interface OrderLineView {
  line: number;
  product_name: string;
  surface: Surface;
  quantity: number;
  total: Money;
  stage: Stage;
  on_hold: boolean;
  updated_at: number;
  /** When the studio last changed its picture or crop. */
  adjusted_at?: number | null;
  pictures: OrderedPicture[];
}

export interface OrderView {
  number: string;
  studio_name: string;
  placed_at: number;
  state: OrderState;
  paid: boolean;
  customer: Customer;
  destination: Destination;
  note: string | null;
  lines: OrderLineView[];
  subtotal: Money;
  shipping: Money;
  total: Money;
  can_cancel: boolean;
  tracking: string[];
  /** The studio keeps the order back for now. */
  on_hold?: boolean;
  cancel_reason?: string | null;
}
