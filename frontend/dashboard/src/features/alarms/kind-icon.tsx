import type { AlarmKind } from '@wend/contract/plain';
import { Ban, Clock, Hourglass, MailWarning, Unplug, VolumeX } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

const icons: Record<AlarmKind, LucideIcon> = {
  failures: Ban,
  complaints: MailWarning,
  silent: VolumeX,
  queue: Hourglass,
  stuck: Clock,
  down: Unplug,
};

export function KindIcon({ kind, size = 16 }: { kind: AlarmKind; size?: number }) {
  const Icon = icons[kind];
  return <Icon size={size} strokeWidth={1.75} aria-hidden />;
}
