// A number that is changed by buttons or typed.
import { t } from '../language';
import { Icon } from './icon';

interface StepperProps {
  label: string;
  value: number;
  min?: number;
  max?: number;
  onChange: (value: number) => void;
}

export function Stepper({ label, value, min = 1, max = 999, onChange }: StepperProps) {
  const set = (next: number) => {
    if (Number.isFinite(next)) onChange(Math.min(max, Math.max(min, Math.round(next))));
  };
  return (
    <div class="stepper" role="group" aria-label={label}>
      <button type="button" aria-label={`${t('choose.fewer')}: ${label}`} disabled={value <= min} onClick={() => set(value - 1)}>
        <Icon name="minus" />
      </button>
      <input
        type="text"
        inputMode="numeric"
        aria-label={label}
        value={value}
        onChange={(event) => {
          set(Number.parseInt(event.currentTarget.value, 10));
          event.currentTarget.value = String(value);
        }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" aria-label={`${t('choose.more')}: ${label}`} disabled={value >= max} onClick={() => set(value + 1)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
