import { cx } from '@/lib/cx';

type AvatarProps = {
  name: string;
  size?: 'sm' | 'md' | 'lg';
  className?: string;
};

/** The first letter of a name; decorative, so the name must stand beside it. */
export function Avatar({ name, size = 'md', className }: AvatarProps) {
  const look = { sm: 'size-6 text-2xs', md: 'size-7 text-xs', lg: 'size-9 text-sm' }[size];
  return (
    <span
      aria-hidden
      className={cx(
        'grid shrink-0 place-items-center rounded-full bg-action-soft font-semibold text-action',
        look,
        className,
      )}
    >
      {[...name.trim()][0]?.toUpperCase() ?? '?'}
    </span>
  );
}
