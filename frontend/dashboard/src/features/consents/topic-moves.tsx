'use client';

import type { Topic } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { useMoveTopic } from './use-topics';
import type { TopicMove } from './use-topics';

/** What can be done with a topic that is there. */
export function TopicMoves({ topic, onMove }: { topic: Topic; onMove: (move: TopicMove) => void }) {
  const t = useTranslations('consents.moves');
  const archive = topic.archivedAt === null ? 'archive' : 'restore';
  return (
    <span className="mr-auto flex gap-2">
      <Button onClick={() => onMove(archive)}>{t(`${archive}.action`)}</Button>
      <Button variant="danger" onClick={() => onMove('remove')}>
        {t('remove.action')}
      </Button>
    </span>
  );
}

type MoveTopicProps = {
  topic: Topic;
  to: TopicMove;
  onDone: (said: string) => void;
  onClose: () => void;
};

/** Asks before a topic is archived, offered again or deleted, and says what that means. */
export function MoveTopic({ topic, to, onDone, onClose }: MoveTopicProps) {
  const t = useTranslations('consents.moves');
  const move = useMoveTopic();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t(`${to}.title`, { name: topic.name })}
      action={t(`${to}.action`)}
      danger={to === 'remove'}
      busy={move.isPending}
      error={move.error}
      onConfirm={() => move.mutate({ topic: topic.key, to }, { onSuccess: () => onDone(t(`${to}.done`)) })}
    >
      {t(`${to}.detail`)}
    </ConfirmDialog>
  );
}
