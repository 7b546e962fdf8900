'use client';

import { api } from '@wend/contract/plain';
import type { EnrollmentDetail } from '@wend/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Stamp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useToast } from '@/components/ui/toast';
import { AnswerForm } from '@/features/approvals/answer-form';
import { useApprovalOfRun } from '@/features/approvals/use-approvals';
import { useMay } from '@/lib/session';
import { answersOf } from '../replay/approval-rows';
import { goToMoment } from '../replay/replay-store';
import { runKeys } from '../runs/run-queries';

/** Answers what a test run asks: nobody else is asked. Only where it waits for an answer. */
export function AnswerOfRun({ detail, passing }: { detail: EnrollmentDetail; passing: boolean }) {
  const t = useTranslations('editor-test-run.answerOfRun');
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.answerApproval.access);
  const [open, setOpen] = useState(false);
  const waits = detail.node !== null && answersOf(detail.program, detail.node) !== null;
  const approval = useApprovalOfRun(detail.id, { waits });
  if (!approval || !may) return null;
  return (
    <>
      <Button
        size="sm"
        variant="primary"
        disabled={passing}
        icon={<Stamp size={14} strokeWidth={1.75} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('answer')}
      </Button>
      {open ? (
        <Dialog
          open
          onOpenChange={setOpen}
          title={t('title')}
          description={t('description')}
          footer={<Button onClick={() => setOpen(false)}>{t('close')}</Button>}
        >
          <div className="space-y-4">
            <div>
              <p className="font-semibold break-words">{approval.question}</p>
              {approval.details === '' ? null : (
                <p className="mt-1 break-words whitespace-pre-line">{approval.details}</p>
              )}
            </div>
            <AnswerForm
              approval={approval}
              onAnswered={({ answer }) => {
                setOpen(false);
                goToMoment({ run: detail.id, momentId: null });
                toast.say(t('answered', { label: answer?.label ?? '' }));
                void client.invalidateQueries({ queryKey: runKeys.run(detail.id) });
              }}
            />
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
