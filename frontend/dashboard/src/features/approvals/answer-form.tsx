'use client';

import { longestApprovalNote } from '@wend/contract/plain';
import type { Approval } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, FormError } from '@/components/ui/field';
import { Textarea } from '@/components/ui/input';
import { useAnswerApproval } from './use-approvals';

/** A button for each answer, with a note that goes with it. */
export function AnswerForm({
  approval,
  onAnswered,
}: {
  approval: Pick<Approval, 'id' | 'question' | 'choices'>;
  onAnswered?: (answered: Approval) => void;
}) {
  const t = useTranslations('approvals.answer');
  const [note, setNote] = useState('');
  const answer = useAnswerApproval({ onAnswered });
  const send = (choice: string) => answer.mutate({ id: approval.id, choice, note });
  return (
    <div className="space-y-3">
      <Field label={t('note')}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            maxLength={longestApprovalNote}
            value={note}
            placeholder={t('optional')}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <FormError error={answer.error} />
      <div role="group" aria-label={t('answers', { question: approval.question })} className="flex flex-wrap gap-2">
        {approval.choices.map(({ id, label }) => (
          <Button
            key={id}
            busy={answer.isPending && answer.variables.choice === id}
            disabled={answer.isPending}
            onClick={() => send(id)}
          >
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}
