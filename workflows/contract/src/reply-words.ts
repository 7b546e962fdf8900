import { z } from 'zod';

/**
 * Words by which people leave a channel, come back and ask for help in a reply, and what they are answered. The answers
 * may hold `{workspace}`, its name.
 */
const words = z.array(z.string().trim().min(1).max(40)).max(40);
const answer = z.string().trim().max(480);
export const languageWords = z.object({
  stop: words,
  start: words,
  help: words,
  stopped: answer,
  started: answer,
  helped: answer,
});
export type LanguageWords = z.infer<typeof languageWords>;

/** By language (BCP 47). `answers`: whether people are answered; an empty answer is not sent either. */
export const replyWords = z.object({
  answers: z.boolean(),
  languages: z.record(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/), languageWords),
});
export type ReplyWords = z.infer<typeof replyWords>;

/** What somebody meant by a reply. */
export type ReplyMeaning = 'stop' | 'start' | 'help';

/** The usual ones; a workspace may have its own. STOP, START and HELP work everywhere. */
export const usualReplyWords: ReplyWords = {
  answers: true,
  languages: {
    en: {
      stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
      start: ['START', 'UNSTOP', 'SUBSCRIBE'],
      help: ['HELP', 'INFO'],
      stopped: 'You won’t get any more texts from {workspace}. Reply START to get them again.',
      started: 'You’ll get texts from {workspace} again. Reply STOP to leave.',
      helped: 'Texts from {workspace}. Reply STOP to leave.',
    },
    ko: {
      stop: ['수신거부', '거부', '수신차단', '차단', '해지'],
      start: ['수신동의', '수신허용', '재수신'],
      help: ['도움말', '문의'],
      stopped: '{workspace} 문자 수신이 거부되었습니다. 다시 받으시려면 수신동의라고 답장해 주세요.',
      started: '{workspace} 문자를 다시 받으십니다. 그만 받으시려면 수신거부라고 답장해 주세요.',
      helped: '{workspace}에서 보낸 문자입니다. 그만 받으시려면 수신거부라고 답장해 주세요.',
    },
    ja: {
      stop: ['停止', '配信停止', 'ストップ', '解除'],
      start: ['再開', '配信再開'],
      help: ['ヘルプ'],
      stopped: '{workspace}からのSMSを停止しました。再開するには「再開」と返信してください。',
      started: '{workspace}からのSMSを再開しました。停止するには「停止」と返信してください。',
      helped: '{workspace}からのSMSです。停止するには「停止」と返信してください。',
    },
    zh: {
      stop: ['退订', '退訂', 'TD', 'T', '取消订阅', '拒收'],
      start: ['订阅', '訂閱'],
      help: ['帮助', '幫助'],
      stopped: '您已退订{workspace}的短信。回复“订阅”可重新接收。',
      started: '您已重新订阅{workspace}的短信。回复“退订”可停止接收。',
      helped: '这是{workspace}发送的短信。回复“退订”可停止接收。',
    },
    de: {
      stop: ['STOPP', 'ABMELDEN', 'ABBESTELLEN'],
      start: ['ANMELDEN'],
      help: ['HILFE'],
      stopped: 'Sie erhalten keine SMS von {workspace} mehr. Mit START melden Sie sich wieder an.',
      started: 'Sie erhalten wieder SMS von {workspace}. Mit STOPP melden Sie sich ab.',
      helped: 'SMS von {workspace}. Mit STOPP melden Sie sich ab.',
    },
    fr: {
      stop: ['ARRET', 'ARRÊTER', 'DÉSABONNER', 'DÉSINSCRIRE'],
      start: ['REPRENDRE', 'DÉMARRER'],
      help: ['AIDE'],
      stopped: 'Vous ne recevrez plus de SMS de {workspace}. Répondez REPRENDRE pour en recevoir à nouveau.',
      started: 'Vous recevrez à nouveau les SMS de {workspace}. Répondez STOP pour arrêter.',
      helped: 'SMS de {workspace}. Répondez STOP pour ne plus en recevoir.',
    },
    es: {
      stop: ['PARAR', 'ALTO', 'BAJA', 'CANCELAR', 'SALIR', 'DETENER'],
      start: ['ALTA', 'INICIAR'],
      help: ['AYUDA'],
      stopped: 'No recibirás más SMS de {workspace}. Responde ALTA para volver a recibirlos.',
      started: 'Volverás a recibir los SMS de {workspace}. Responde BAJA para dejar de recibirlos.',
      helped: 'SMS de {workspace}. Responde BAJA para dejar de recibirlos.',
    },
    pt: {
      stop: ['SAIR', 'DESCADASTRAR', 'REMOVER'],
      start: ['VOLTAR'],
      help: ['AJUDA'],
      stopped: 'Você não receberá mais SMS de {workspace}. Responda VOLTAR para receber de novo.',
      started: 'Você voltará a receber SMS de {workspace}. Responda SAIR para cancelar.',
      helped: 'SMS de {workspace}. Responda SAIR para cancelar.',
    },
    it: {
      stop: ['FERMA', 'CANCELLA', 'ANNULLA', 'DISISCRIVI'],
      start: ['ISCRIVI'],
      help: ['AIUTO'],
      stopped: 'Non riceverai più SMS da {workspace}. Rispondi ISCRIVI per riceverli di nuovo.',
      started: 'Riceverai di nuovo gli SMS di {workspace}. Rispondi STOP per annullare.',
      helped: 'SMS di {workspace}. Rispondi STOP per annullare.',
    },
    nl: {
      stop: ['AFMELDEN', 'UITSCHRIJVEN', 'STOPPEN'],
      start: ['AANMELDEN'],
      help: ['HULP'],
      stopped: 'Je krijgt geen sms meer van {workspace}. Antwoord AANMELDEN om ze weer te krijgen.',
      started: 'Je krijgt weer sms van {workspace}. Antwoord STOP om je af te melden.',
      helped: 'Sms van {workspace}. Antwoord STOP om je af te melden.',
    },
    sv: {
      stop: ['AVSLUTA', 'AVREGISTRERA'],
      start: ['STARTA'],
      help: ['HJÄLP'],
      stopped: 'Du får inga fler sms från {workspace}. Svara STARTA för att få dem igen.',
      started: 'Du får sms från {workspace} igen. Svara STOPP för att avsluta.',
      helped: 'Sms från {workspace}. Svara STOPP för att avsluta.',
    },
    pl: {
      stop: ['REZYGNUJĘ', 'WYPISZ', 'KONIEC'],
      start: ['ZAPISZ'],
      help: ['POMOC'],
      stopped: 'Nie otrzymasz więcej SMS-ów od {workspace}. Odpisz ZAPISZ, aby znów je otrzymywać.',
      started: 'Znów otrzymasz SMS-y od {workspace}. Odpisz STOP, aby zrezygnować.',
      helped: 'SMS-y od {workspace}. Odpisz STOP, aby zrezygnować.',
    },
    ru: {
      stop: ['СТОП', 'ОТПИСАТЬСЯ', 'ОТПИСКА', 'ОТМЕНА'],
      start: ['СТАРТ', 'ПОДПИСАТЬСЯ'],
      help: ['ПОМОЩЬ'],
      stopped: 'Вы больше не будете получать SMS от {workspace}. Чтобы получать их снова, ответьте СТАРТ.',
      started: 'Вы снова будете получать SMS от {workspace}. Чтобы отписаться, ответьте СТОП.',
      helped: 'SMS от {workspace}. Чтобы отписаться, ответьте СТОП.',
    },
  },
};

/** A reply as words are compared: without case, accents, spaces and signs, in ordinary letters instead of wide ones. */
export function foldReply(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\p{P}\p{S}\p{Z}\p{C}]+/gu, '')
    .normalize('NFC');
}

export type ReplyReading = { meaning: ReplyMeaning; language: string };

/**
 * What somebody meant who wrote this and nothing else; null for any other text. To leave wins over all. Of several
 * languages that have the word, `language` (the workspace's) is the one, else the first.
 */
export function readReply(
  text: string,
  { words: given, language }: { words: ReplyWords; language: string },
): ReplyReading | null {
  const folded = foldReply(text);
  if (folded === '') return null;
  for (const meaning of ['stop', 'start', 'help'] as const) {
    const having = Object.entries(given.languages).filter(([, each]) =>
      each[meaning].some((word) => foldReply(word) === folded),
    );
    const base = language.split('-')[0]!;
    const own = [language, base].find((each) => having.some(([name]) => name === each));
    // Words that are meant everywhere are answered in the workspace's language, where there is an answer in it.
    const everywhere = having.some(([name]) => name === 'en') && given.languages[base] ? base : undefined;
    const found = own ?? everywhere ?? having[0]?.[0];
    if (found !== undefined) return { meaning, language: found };
  }
  return null;
}
