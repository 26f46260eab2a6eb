// A labelled field that says what is wrong with it.
import '../styles/field.css';

interface FieldProps {
  id: string;
  label: string;
  value: string;
  fault?: string | undefined;
  hint?: string | undefined;
  optional?: string | undefined;
  type?: 'text' | 'email' | 'tel';
  autocomplete?: string;
  inputMode?: 'text' | 'email' | 'tel' | 'numeric';
  rows?: number;
  disabled?: boolean;
  maxLength?: number;
  onInput: (value: string) => void;
}

export function Field(props: FieldProps) {
  const { id, label, fault, hint, optional, rows, onInput, ...rest } = props;
  const described = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const common = {
    id,
    name: id,
    value: rest.value,
    disabled: rest.disabled ?? false,
    maxLength: rest.maxLength ?? 200,
    autocomplete: rest.autocomplete ?? 'off',
    'aria-invalid': fault !== undefined,
    ...(described ? { 'aria-describedby': described } : {}),
  };
  return (
    <div class={fault ? 'field faulty' : 'field'}>
      <label for={id}>
        {label} {optional && <span class="hint">({optional})</span>}
      </label>
      {rows ? (
        <textarea {...common} rows={rows} onInput={(e) => onInput(e.currentTarget.value)} />
      ) : (
        <input
          {...common}
          // Preact's types want one literal; all three take the same attributes.
          type={(rest.type ?? 'text') as 'text'}
          {...(rest.inputMode ? { inputMode: rest.inputMode } : {})}
          onInput={(e) => onInput(e.currentTarget.value)}
        />
      )}
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
