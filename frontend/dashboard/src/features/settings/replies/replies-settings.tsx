'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { LanguageWords, ReplyWords } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { Field, FormError } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { pageLanguage } from '@/lib/locale';
import { useMay } from '@/lib/session';

const key = ['reply-words'] as const;
const lists = [
  ['stop', 'stopped'],
  ['start', 'started'],
  ['help', 'helped'],
] as const;

/** Words by which people leave and come back in a reply, and what they are answered. */
export function RepliesSettings() {
  const t = useTranslations('settings.repliesSettings');
  const words = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.replyWords, { signal }) });
  return (
    <Section title={t('title')} description={t('detail')}>
      {words.isPending ? <ListSkeleton rows={3} /> : null}
      {words.isError && !words.data ? (
        <ErrorState error={words.error} title={t('failed')} onRetry={() => void words.refetch()} />
      ) : null}
      {words.data ? <WordsForm key={JSON.stringify(words.data)} saved={words.data} usual={words.data.usual} /> : null}
    </Section>
  );
}

function WordsForm({ saved: { answers, languages }, usual }: { saved: ReplyWords; usual: boolean }) {
  const t = useTranslations('settings.repliesSettings');
  const [words, setWords] = useState<ReplyWords>({ answers, languages });
  const [language, setLanguage] = useState('en');
  const disabled = !useMay(api.saveReplyWords.access);
  const client = useQueryClient();
  const toast = useToast();
  const save = useMutation({
    mutationFn: (next: ReplyWords | null) => call(api.saveReplyWords, { body: { words: next } }),
    onSuccess: () => {
      toast.say(t('saved'));
      return client.invalidateQueries({ queryKey: key });
    },
  });
  const names = new Intl.DisplayNames(pageLanguage(), { type: 'language' });
  const here = words.languages[language];
  const change = (next: Partial<LanguageWords>) =>
    here && setWords({ ...words, languages: { ...words.languages, [language]: { ...here, ...next } } });
  return (
    <form
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(words);
      }}
    >
      <Checkbox
        label={t('answers')}
        help={t('answersHelp')}
        disabled={disabled}
        checked={words.answers}
        onChange={(next) => setWords({ ...words, answers: next })}
      />
      <Field label={t('language')} className="max-w-xs">
        {(control) => (
          <Select
            {...control}
            value={language}
            onChange={setLanguage}
            options={Object.keys(words.languages).map((value) => ({ value, label: names.of(value) ?? value }))}
          />
        )}
      </Field>
      {here
        ? lists.map(([list, answer]) => (
            <div key={`${language} ${list}`} className="grid gap-3 sm:grid-cols-2">
              <Field label={t(`words.${list}`)} help={t('commas')}>
                {(control) => (
                  <Input
                    {...control}
                    lang={language}
                    disabled={disabled}
                    defaultValue={here[list].join(', ')}
                    onChange={(event) => change({ [list]: listOf(event.target.value) })}
                  />
                )}
              </Field>
              <Field label={t(`answer.${list}`)} help={t('workspaceName')}>
                {(control) => (
                  <Textarea
                    {...control}
                    rows={2}
                    lang={language}
                    disabled={disabled}
                    maxLength={480}
                    value={here[answer]}
                    onChange={(event) => change({ [answer]: event.target.value })}
                  />
                )}
              </Field>
            </div>
          ))
        : null}
      <FormError error={save.error} />
      {disabled ? null : (
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
          {usual ? null : <Button onClick={() => save.mutate(null)}>{t('reset')}</Button>}
        </div>
      )}
    </form>
  );
}

function listOf(text: string): string[] {
  return text
    .split(/[,、，]/)
    .map((each) => each.trim())
    .filter(Boolean);
}
