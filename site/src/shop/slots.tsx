// The pictures of a print that takes several: which one is being cropped, and choosing another for it.
import { useState } from 'preact/hooks';
import type { PhotoView } from '../api/types';
import { hearted } from '../gallery/hearts';
import { listing } from '../gallery/listing';
import { microUrl, nameOf } from '../gallery/tile';
import { t } from '../language';
import { useStore } from '../store';
import { Cropped } from './cropped';
import { toCrop, type Pose } from './pose';

export interface Slot {
  photo: PhotoView;
  pose: Pose;
  /** Of the paper it goes on. */
  aspect: readonly [number, number];
  /** What it goes on, where there are several sorts. */
  label: string;
}

interface SlotsProps {
  gallery: string;
  slots: Slot[];
  active: number;
  onActive: (index: number) => void;
  onReplace: (photo: PhotoView) => void;
}

/** More than these are found faster in the gallery itself. */
const OFFERED = 80;

export function Slots({ gallery, slots, active, onActive, onReplace }: SlotsProps) {
  const [picking, setPicking] = useState(false);
  return (
    <div class="slots">
      <div class="slot-row" role="group" aria-label={t('choose.pictures_needed', { count: slots.length })}>
        {slots.map((slot, index) => (
          <button
            key={index}
            type="button"
            class={index === active ? 'slot on' : 'slot'}
            aria-pressed={index === active}
            aria-label={`${t('choose.slot', { index: index + 1, total: slots.length })}: ${slot.label} ${nameOf(slot.photo)}`}
            onClick={() => onActive(index)}
          >
            <Cropped picture={slot.photo} crop={toCrop(slot.pose, slot.photo, slot.aspect)} size={52} />
            {slot.label && <span class="slot-label">{slot.label}</span>}
          </button>
        ))}
        <button type="button" class="link" aria-expanded={picking} onClick={() => setPicking(!picking)}>
          {t('choose.slot_replace')}
        </button>
      </div>
      {picking && <Picker gallery={gallery} onPick={onReplace} />}
    </div>
  );
}

function Picker({ gallery, onPick }: { gallery: string; onPick: (photo: PhotoView) => void }) {
  const { photos } = useStore(listing(gallery, {}).state);
  // Favourites first: who orders a set has marked them.
  const offered = [...photos.filter(hearted), ...photos.filter((p) => !hearted(p))].slice(0, OFFERED);
  return (
    <div class="slot-row picker" role="group" aria-label={t('choose.slot_pick')}>
      {offered.map((p) => (
        <button key={p.id} type="button" class="slot" aria-label={nameOf(p)} onClick={() => onPick(p)}>
          <img src={p.thumbnail?.url ?? microUrl(p.micro)} alt="" loading="lazy" />
        </button>
      ))}
    </div>
  );
}
