import type { ComponentProps, ReactNode } from 'react';
import { cx } from '@/lib/cx';

export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return <div className={cx('rounded-lg border border-line bg-surface shadow-card', className)} {...rest} />;
}

type SectionProps = {
  title: ReactNode;
  description?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
  id?: string;
};

/** A card with a title row and padding. */
export function Section({ title, description, action, children, className, id }: SectionProps) {
  return (
    <Card
      className={className}
      {...(id ? { id } : {})}
      role="region"
      aria-label={typeof title === 'string' ? title : undefined}
    >
      <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5">
        <div className="min-w-52 flex-1">
          <h2 className="text-md">{title}</h2>
          {description ? <p className="text-xs text-muted">{description}</p> : null}
        </div>
        {action}
      </div>
      {children}
    </Card>
  );
}
