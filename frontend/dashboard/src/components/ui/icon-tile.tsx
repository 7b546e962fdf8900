import type { Category } from '@wend/contract';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { toneLook } from './badge';

type IconTileProps = {
  category: Category;
  children: ReactNode;
  size?: 'sm' | 'md';
  className?: string;
};

/** An icon on the soft colour of its category. */
export function IconTile({ category, children, size = 'md', className }: IconTileProps) {
  return (
    <span
      aria-hidden
      className={cx(
        'grid shrink-0 place-items-center rounded-md',
        size === 'sm' ? 'size-6' : 'size-7',
        toneLook[category],
        className,
      )}
    >
      {children}
    </span>
  );
}
