import type { ReactNode } from 'react';

type PanelHeadProps = { title: string; detail: string; action?: ReactNode };

/** What a part of a connection's settings is about. */
export function PanelHead({ title, detail, action }: PanelHeadProps) {
  return (
    <div className="flex items-start gap-3">
      <div className="min-w-0 flex-1">
        <h3 className="font-semibold">{title}</h3>
        <p className="text-xs text-muted">{detail}</p>
      </div>
      {action}
    </div>
  );
}
