'use client';

import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { Button } from '@/components/ui/button';
import { Menu } from '@/components/ui/menu';
import type { MenuItem } from '@/components/ui/menu';
import type { Family, OperandEditor } from './operands/operand-editor';
import { useRule } from './rule-context';
import { sourcesFor } from './rule-model';
import type { Source } from './rule-model';

const families = ['person', 'behaviour', 'here'] as const satisfies Family[];

/** The button that adds a condition: at once where there is little to look at, else by what is looked at. */
export function AddCondition({ onAdd }: { onAdd: (source: Source) => void }) {
  const t = useTranslations('editor-rules.groupEditor');
  const words = useTranslations('editor-rules.sources');
  const familyWords = useTranslations('editor-rules.families');
  const context = useRule();
  const chosen = useRef(false);
  const sources = sourcesFor(context);
  const label = context.scope === 'profile' ? t('condition') : t('filter');
  const icon = <Plus size={14} strokeWidth={2} />;
  if (sources.length <= 2)
    return (
      <Button variant="link" icon={icon} onClick={() => onAdd(sources[0] ?? 'trait')}>
        {label}
      </Button>
    );
  const choose = (source: Source) => {
    chosen.current = true;
    onAdd(source);
  };
  const familyOf = (source: Source) => (context.editors[source] as OperandEditor).family ?? 'person';
  const items = families.flatMap((family): MenuItem[] => {
    const own = sources.filter((source) => familyOf(source) === family);
    if (own.length === 0) return [];
    return [
      { heading: familyWords(family) },
      ...own.map((source) => {
        const Icon = (context.editors[source] as OperandEditor).icon;
        return {
          label: words(source),
          onSelect: () => choose(source),
          ...(Icon ? { icon: <Icon size={15} strokeWidth={1.75} aria-hidden /> } : {}),
        };
      }),
    ];
  });
  return (
    <Menu
      align="start"
      items={items}
      onCloseAutoFocus={(event) => {
        // The new condition has the focus by now.
        if (chosen.current) event.preventDefault();
        chosen.current = false;
      }}
    >
      <Button variant="link" icon={icon}>
        {label}
      </Button>
    </Menu>
  );
}
