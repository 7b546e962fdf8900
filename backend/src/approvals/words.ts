/**
 * The words of the page and the mails by which somebody is asked. `{workspace}`, `{choice}`, `{by}` and `{date}` stand for
 * names.
 */
export type ApprovalWords = {
  /** BCP 47. */
  language: string;
  until: string;
  note: string;
  chooseOne: string;
  doneTitle: string;
  done: string;
  answeredTitle: string;
  answered: string;
  expiredTitle: string;
  expired: string;
  withdrawnTitle: string;
  withdrawn: string;
  invalidTitle: string;
  invalid: string;
  mailAsks: string;
  mailReminds: string;
  mailEscalates: string;
  reminder: string;
  mailButton: string;
  mailFooter: string;
};

const words: Record<string, ApprovalWords> = {
  en: {
    language: 'en',
    until: 'Answer by {date}.',
    note: 'Note (optional)',
    chooseOne: 'Choose one of the answers.',
    doneTitle: 'Thank you',
    done: 'Your answer “{choice}” is saved.',
    answeredTitle: 'Already answered',
    answered: '{by} answered “{choice}” on {date}. No other answer is needed.',
    expiredTitle: 'Too late to answer',
    expired: 'The time to answer is up.',
    withdrawnTitle: 'No answer needed anymore',
    withdrawn: 'This question no longer waits for an answer.',
    invalidTitle: 'This link isn’t valid',
    invalid: 'It may have been cut off, or the question no longer exists. Open the email again and use its link.',
    mailAsks: '{workspace} asks you to decide:',
    mailReminds: '{workspace} is still waiting for an answer:',
    mailEscalates: 'Nobody has answered {workspace} yet, so you are asked to decide:',
    reminder: 'Reminder',
    mailButton: 'See and answer',
    mailFooter: 'This link is yours alone: whoever has it can answer in your name.',
  },
  ko: {
    language: 'ko',
    until: '{date}까지 답해 주세요.',
    note: '메모 (선택)',
    chooseOne: '답을 하나 선택해 주세요.',
    doneTitle: '감사합니다',
    done: '“{choice}” 답변을 저장했습니다.',
    answeredTitle: '이미 답변이 있습니다',
    answered: '{date}에 {by}님이 “{choice}”로 답했습니다. 더 답하지 않으셔도 됩니다.',
    expiredTitle: '답변 기한이 지났습니다',
    expired: '답할 수 있는 시간이 지났습니다.',
    withdrawnTitle: '더 이상 답변이 필요하지 않습니다',
    withdrawn: '이 질문은 더 이상 답변을 기다리지 않습니다.',
    invalidTitle: '올바르지 않은 링크입니다',
    invalid: '링크가 잘렸거나 질문이 더 이상 없습니다. 이메일을 다시 열어 링크를 눌러 주세요.',
    mailAsks: '{workspace}에서 결정을 요청했습니다.',
    mailReminds: '{workspace}에서 아직 답변을 기다리고 있습니다.',
    mailEscalates: '아직 아무도 답하지 않아 {workspace}에서 결정을 부탁드립니다.',
    reminder: '다시 알림',
    mailButton: '확인하고 답하기',
    mailFooter: '이 링크는 받는 분만을 위한 것입니다. 링크를 가진 사람은 누구나 대신 답할 수 있으니 공유하지 마세요.',
  },
  ja: {
    language: 'ja',
    until: '{date} までにご回答ください。',
    note: 'メモ（任意）',
    chooseOne: '回答を 1 つ選んでください。',
    doneTitle: 'ありがとうございます',
    done: '「{choice}」という回答を保存しました。',
    answeredTitle: '回答済みです',
    answered: '{date} に {by} さんが「{choice}」と回答しました。これ以上の回答は必要ありません。',
    expiredTitle: '回答期限が過ぎました',
    expired: '回答できる期間は終了しました。',
    withdrawnTitle: '回答は不要になりました',
    withdrawn: 'この質問への回答は、もう必要ありません。',
    invalidTitle: 'このリンクは無効です',
    invalid:
      'リンクが途中で切れているか、質問がすでに存在しません。メールをもう一度開いて、リンクをクリックしてください。',
    mailAsks: '{workspace} から判断を求められています。',
    mailReminds: '{workspace} がまだ回答を待っています。',
    mailEscalates: 'まだ誰も回答していないため、{workspace} から判断をお願いしています。',
    reminder: 'リマインダー',
    mailButton: '確認して回答する',
    mailFooter: 'このリンクはあなた専用です。リンクを知っている人は、あなたの名前で回答できます。',
  },
  de: {
    language: 'de',
    until: 'Antworten Sie bis {date}.',
    note: 'Anmerkung (freiwillig)',
    chooseOne: 'Wählen Sie eine der Antworten.',
    doneTitle: 'Vielen Dank',
    done: 'Ihre Antwort „{choice}“ ist gespeichert.',
    answeredTitle: 'Schon beantwortet',
    answered: '{by} hat am {date} mit „{choice}“ geantwortet. Eine weitere Antwort ist nicht nötig.',
    expiredTitle: 'Zu spät für eine Antwort',
    expired: 'Die Zeit für eine Antwort ist abgelaufen.',
    withdrawnTitle: 'Keine Antwort mehr nötig',
    withdrawn: 'Auf diese Frage wird keine Antwort mehr erwartet.',
    invalidTitle: 'Dieser Link ist ungültig',
    invalid:
      'Er wurde möglicherweise abgeschnitten, oder die Frage gibt es nicht mehr. Öffnen Sie die E-Mail noch einmal und verwenden Sie den Link darin.',
    mailAsks: '{workspace} bittet Sie um eine Entscheidung:',
    mailReminds: '{workspace} wartet noch auf eine Antwort:',
    mailEscalates: 'Bisher hat niemand geantwortet. {workspace} bittet deshalb Sie um eine Entscheidung:',
    reminder: 'Erinnerung',
    mailButton: 'Ansehen und antworten',
    mailFooter: 'Dieser Link ist nur für Sie: Wer ihn hat, kann in Ihrem Namen antworten.',
  },
  fr: {
    language: 'fr',
    until: 'Répondez avant le {date}.',
    note: 'Remarque (facultative)',
    chooseOne: 'Choisissez l’une des réponses.',
    doneTitle: 'Merci',
    done: 'Votre réponse « {choice} » est enregistrée.',
    answeredTitle: 'Déjà répondu',
    answered: '{by} a répondu « {choice} » le {date}. Aucune autre réponse n’est nécessaire.',
    expiredTitle: 'Trop tard pour répondre',
    expired: 'Le délai de réponse est écoulé.',
    withdrawnTitle: 'Réponse plus nécessaire',
    withdrawn: 'Cette question n’attend plus de réponse.',
    invalidTitle: 'Ce lien n’est pas valide',
    invalid:
      'Il a peut-être été tronqué, ou la question n’existe plus. Ouvrez de nouveau l’e-mail et utilisez son lien.',
    mailAsks: '{workspace} vous demande une décision :',
    mailReminds: '{workspace} attend toujours une réponse :',
    mailEscalates: 'Personne n’a encore répondu : {workspace} vous demande donc une décision :',
    reminder: 'Rappel',
    mailButton: 'Voir et répondre',
    mailFooter: 'Ce lien vous est réservé : quiconque le possède peut répondre en votre nom.',
  },
  es: {
    language: 'es',
    until: 'Responde antes del {date}.',
    note: 'Nota (opcional)',
    chooseOne: 'Elige una de las respuestas.',
    doneTitle: 'Gracias',
    done: 'Tu respuesta «{choice}» se ha guardado.',
    answeredTitle: 'Ya se ha respondido',
    answered: '{by} respondió «{choice}» el {date}. No hace falta otra respuesta.',
    expiredTitle: 'Demasiado tarde para responder',
    expired: 'El plazo para responder ha terminado.',
    withdrawnTitle: 'Ya no hace falta respuesta',
    withdrawn: 'Esta pregunta ya no espera respuesta.',
    invalidTitle: 'Este enlace no es válido',
    invalid:
      'Puede que esté cortado o que la pregunta ya no exista. Abre el correo de nuevo y usa el enlace que contiene.',
    mailAsks: '{workspace} te pide una decisión:',
    mailReminds: '{workspace} sigue esperando una respuesta:',
    mailEscalates: 'Nadie ha respondido todavía, así que {workspace} te pide una decisión:',
    reminder: 'Recordatorio',
    mailButton: 'Ver y responder',
    mailFooter: 'Este enlace es solo para ti: quien lo tenga puede responder en tu nombre.',
  },
  pt: {
    language: 'pt',
    until: 'Responda até {date}.',
    note: 'Observação (opcional)',
    chooseOne: 'Escolha uma das respostas.',
    doneTitle: 'Obrigado',
    done: 'Sua resposta “{choice}” foi salva.',
    answeredTitle: 'Já respondido',
    answered: '{by} respondeu “{choice}” em {date}. Nenhuma outra resposta é necessária.',
    expiredTitle: 'Tarde demais para responder',
    expired: 'O prazo para responder terminou.',
    withdrawnTitle: 'A resposta não é mais necessária',
    withdrawn: 'Esta pergunta não espera mais uma resposta.',
    invalidTitle: 'Este link não é válido',
    invalid: 'Ele pode estar cortado, ou a pergunta não existe mais. Abra o e-mail de novo e use o link dele.',
    mailAsks: '{workspace} pede a sua decisão:',
    mailReminds: '{workspace} ainda espera uma resposta:',
    mailEscalates: 'Ninguém respondeu ainda, por isso {workspace} pede a sua decisão:',
    reminder: 'Lembrete',
    mailButton: 'Ver e responder',
    mailFooter: 'Este link é só seu: quem o tiver pode responder em seu nome.',
  },
  it: {
    language: 'it',
    until: 'Rispondi entro il {date}.',
    note: 'Nota (facoltativa)',
    chooseOne: 'Scegli una delle risposte.',
    doneTitle: 'Grazie',
    done: 'La tua risposta «{choice}» è stata salvata.',
    answeredTitle: 'Risposta già data',
    answered: '{by} ha risposto «{choice}» il {date}. Non serve un’altra risposta.',
    expiredTitle: 'Troppo tardi per rispondere',
    expired: 'Il tempo per rispondere è scaduto.',
    withdrawnTitle: 'La risposta non serve più',
    withdrawn: 'Questa domanda non attende più una risposta.',
    invalidTitle: 'Questo link non è valido',
    invalid: 'Potrebbe essere incompleto, oppure la domanda non esiste più. Riapri l’e-mail e usa il suo link.',
    mailAsks: '{workspace} ti chiede una decisione:',
    mailReminds: '{workspace} attende ancora una risposta:',
    mailEscalates: 'Nessuno ha ancora risposto: {workspace} chiede quindi a te una decisione:',
    reminder: 'Promemoria',
    mailButton: 'Leggi e rispondi',
    mailFooter: 'Questo link è solo tuo: chi lo possiede può rispondere a tuo nome.',
  },
};

/** The words in one of the languages that pages come in; `language` may be of a region. */
export function approvalWords(language: string): ApprovalWords {
  const known = language.toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(words, known) ? words[known]! : words['en']!;
}

/** Puts names into words, in one go: somebody may be called “{choice}”. All are text, not HTML. */
export function filled(text: string, names: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(names, name) ? names[name]! : whole));
}

/** `31 December 2026 at 17:00 GMT+1`, as the language writes it. */
export function whenOf(date: Date, { language, zone }: { language: string; zone: string }): string {
  const known = approvalWords(language).language;
  return new Intl.DateTimeFormat(known, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  }).format(date);
}
