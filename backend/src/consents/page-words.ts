/**
 * The words of the pages on which people choose what they get and confirm what they asked for. `{workspace}`, `{channel}`
 * (such as SMS), `{channels}` (its messages, in English), `{topic}` and `{date}` stand for names.
 */
export type PageWords = {
  language: string;
  title: string;
  intro: string;
  /** Of a channel's box. */
  all: string;
  topics: string;
  channels: string;
  /** Below the topics: what a channel's box means for them. */
  channelsHelp: string;
  save: string;
  saved: string;
  none: string;
  noneDone: string;
  pause: string;
  paused: string;
  resume: string;
  pausedDone: string;
  resumedDone: string;
  /** To what one can choose instead of leaving everything. */
  choose: string;
  leaveTopic: string;
  leaveTopicButton: string;
  leaveAllButton: string;
  leftTopic: string;
  confirmTitle: string;
  confirm: string;
  /** Of all that is sent on the channel, as is `confirmedAll`. */
  confirmAll: string;
  confirmButton: string;
  confirmedTitle: string;
  confirmed: string;
  confirmedAll: string;
};

/** Syllables are in the order of their final consonants (Unicode, Hangul syllable composition). */
const hangul = { first: 0xac00, finals: 28, none: 0, rieul: 8 };

const words: Record<string, PageWords> = {
  en: {
    language: 'English',
    title: 'Your preferences',
    intro: 'Choose what you want to receive from {workspace}.',
    all: 'All {channels}',
    topics: 'Topics',
    channels: 'Channels',
    channelsHelp: 'If a channel is off, you get nothing there, not even the topics above.',
    save: 'Save',
    saved: 'Your choice is saved.',
    none: 'Unsubscribe from everything',
    noneDone: 'You won’t get any more marketing from {workspace}.',
    pause: 'Pause everything for 30 days',
    paused: 'Paused until {date}. Until then you only get messages about your orders and account.',
    resume: 'End the pause',
    pausedDone: 'Everything is paused until {date}.',
    resumedDone: 'The pause has ended.',
    choose: 'Choose what you get instead',
    leaveTopic: 'Stop “{topic}” {channels} from {workspace}?',
    leaveTopicButton: 'Stop “{topic}”',
    leaveAllButton: 'Stop all {channels}',
    leftTopic: 'You won’t get “{topic}” {channels} from {workspace} any more.',
    confirmTitle: 'Confirm your subscription',
    confirm: 'Do you want to get “{topic}” {channels} from {workspace}?',
    confirmAll: 'Do you want to get {channels} from {workspace}?',
    confirmButton: 'Yes, subscribe me',
    confirmedTitle: 'You’re subscribed',
    confirmed: 'Thank you. You’ll get “{topic}” {channels} from {workspace}.',
    confirmedAll: 'Thank you. You’ll get {channels} from {workspace}.',
  },
  ko: {
    language: '한국어',
    title: '수신 설정',
    intro: '{workspace}에서 받고 싶은 소식을 선택하세요.',
    all: '{channel} 메시지 모두',
    topics: '주제',
    channels: '채널',
    channelsHelp: '채널을 끄면 위에서 고른 주제도 그 채널로는 오지 않습니다.',
    save: '저장',
    saved: '선택한 내용을 저장했습니다.',
    none: '모두 수신 거부',
    noneDone: '앞으로 {workspace}의 광고성 메시지를 받지 않습니다.',
    pause: '30일 동안 모두 쉬기',
    paused: '{date}까지 쉽니다. 그때까지 주문과 계정에 관한 메시지만 받습니다.',
    resume: '다시 받기',
    pausedDone: '{date}까지 모든 메시지를 쉽니다.',
    resumedDone: '다시 메시지를 받습니다.',
    choose: '받을 소식 직접 선택하기',
    leaveTopic: '{workspace}에서 {channel}(으)로 보내는 “{topic}” 소식을 그만 받으시겠어요?',
    leaveTopicButton: '“{topic}” 그만 받기',
    leaveAllButton: '{channel} 메시지 모두 그만 받기',
    leftTopic: '앞으로 {workspace}의 “{topic}” 소식을 {channel}(으)로 받지 않습니다.',
    confirmTitle: '수신 동의 확인',
    confirm: '{workspace}에서 보내는 “{topic}” 소식을 {channel}(으)로 받으시겠어요?',
    confirmAll: '{workspace}에서 보내는 {channel} 메시지를 받으시겠어요?',
    confirmButton: '네, 받겠습니다',
    confirmedTitle: '수신 동의 완료',
    confirmed: '감사합니다. 이제 {workspace}의 “{topic}” 소식을 {channel}(으)로 받습니다.',
    confirmedAll: '감사합니다. 이제 {workspace}의 {channel} 메시지를 받습니다.',
  },
  ja: {
    language: '日本語',
    title: '配信設定',
    intro: '{workspace} から受け取りたいお知らせをお選びください。',
    all: '{channel} のすべてのメッセージ',
    topics: 'トピック',
    channels: '受信方法',
    channelsHelp: 'オフにすると、上で選んだトピックもその方法では届きません。',
    save: '保存する',
    saved: '設定を保存しました。',
    none: 'すべての配信を停止する',
    noneDone: '今後、{workspace} からの広告メッセージは届きません。',
    pause: '30 日間すべて休止する',
    paused: '{date} まで休止しています。それまではご注文とアカウントに関するメッセージのみが届きます。',
    resume: '休止を終了する',
    pausedDone: '{date} まですべて休止します。',
    resumedDone: '休止を終了しました。',
    choose: '受け取る内容を選ぶ',
    leaveTopic: '{workspace} からの「{topic}」（{channel}）の配信を停止しますか？',
    leaveTopicButton: '「{topic}」を停止する',
    leaveAllButton: '{channel} の配信をすべて停止する',
    leftTopic: '今後、{workspace} からの「{topic}」は {channel} では届きません。',
    confirmTitle: '登録の確認',
    confirm: '{workspace} からの「{topic}」を {channel} で受け取りますか？',
    confirmAll: '{workspace} からの {channel} メッセージを受け取りますか？',
    confirmButton: 'はい、受け取ります',
    confirmedTitle: '登録が完了しました',
    confirmed: 'ありがとうございます。{workspace} からの「{topic}」を {channel} でお届けします。',
    confirmedAll: 'ありがとうございます。{workspace} からの {channel} メッセージをお届けします。',
  },
  de: {
    language: 'Deutsch',
    title: 'Ihre Einstellungen',
    intro: 'Wählen Sie, was Sie von {workspace} erhalten möchten.',
    all: 'Alle Nachrichten ({channel})',
    topics: 'Themen',
    channels: 'Kanäle',
    channelsHelp: 'Ist ein Kanal ausgeschaltet, erhalten Sie darüber nichts, auch nicht die Themen oben.',
    save: 'Speichern',
    saved: 'Ihre Auswahl ist gespeichert.',
    none: 'Von allem abmelden',
    noneDone: 'Sie erhalten keine Werbung von {workspace} mehr.',
    pause: '30 Tage Pause',
    paused: 'Pause bis {date}. Bis dahin erhalten Sie nur Nachrichten zu Ihren Bestellungen und Ihrem Konto.',
    resume: 'Pause beenden',
    pausedDone: 'Bis {date} erhalten Sie nichts.',
    resumedDone: 'Die Pause ist beendet.',
    choose: 'Auswählen, was Sie erhalten',
    leaveTopic: 'Möchten Sie „{topic}“ ({channel}) von {workspace} nicht mehr erhalten?',
    leaveTopicButton: '„{topic}“ abbestellen',
    leaveAllButton: 'Alles abbestellen ({channel})',
    leftTopic: 'Sie erhalten „{topic}“ ({channel}) von {workspace} nicht mehr.',
    confirmTitle: 'Anmeldung bestätigen',
    confirm: 'Möchten Sie „{topic}“ ({channel}) von {workspace} erhalten?',
    confirmAll: 'Möchten Sie Nachrichten ({channel}) von {workspace} erhalten?',
    confirmButton: 'Ja, anmelden',
    confirmedTitle: 'Sie sind angemeldet',
    confirmed: 'Vielen Dank. Sie erhalten „{topic}“ ({channel}) von {workspace}.',
    confirmedAll: 'Vielen Dank. Sie erhalten Nachrichten ({channel}) von {workspace}.',
  },
  fr: {
    language: 'Français',
    title: 'Vos préférences',
    intro: 'Choisissez ce que vous souhaitez recevoir de {workspace}.',
    all: 'Tous les messages ({channel})',
    topics: 'Sujets',
    channels: 'Canaux',
    channelsHelp: 'Si un canal est désactivé, vous n’y recevez rien, pas même les sujets ci-dessus.',
    save: 'Enregistrer',
    saved: 'Votre choix est enregistré.',
    none: 'Se désabonner de tout',
    noneDone: 'Vous ne recevrez plus de publicité de {workspace}.',
    pause: 'Tout suspendre pendant 30 jours',
    paused:
      'Suspendu jusqu’au {date}. D’ici là, vous ne recevez que les messages concernant vos commandes et votre compte.',
    resume: 'Reprendre',
    pausedDone: 'Tout est suspendu jusqu’au {date}.',
    resumedDone: 'La suspension est terminée.',
    choose: 'Choisir ce que vous recevez',
    leaveTopic: 'Ne plus recevoir « {topic} » ({channel}) de {workspace} ?',
    leaveTopicButton: 'Ne plus recevoir « {topic} »',
    leaveAllButton: 'Ne plus rien recevoir ({channel})',
    leftTopic: 'Vous ne recevrez plus « {topic} » ({channel}) de {workspace}.',
    confirmTitle: 'Confirmer votre abonnement',
    confirm: 'Souhaitez-vous recevoir « {topic} » ({channel}) de {workspace} ?',
    confirmAll: 'Souhaitez-vous recevoir des messages ({channel}) de {workspace} ?',
    confirmButton: 'Oui, je m’abonne',
    confirmedTitle: 'Vous êtes abonné',
    confirmed: 'Merci. Vous recevrez « {topic} » ({channel}) de {workspace}.',
    confirmedAll: 'Merci. Vous recevrez des messages ({channel}) de {workspace}.',
  },
  es: {
    language: 'Español',
    title: 'Tus preferencias',
    intro: 'Elige lo que quieres recibir de {workspace}.',
    all: 'Todos los mensajes ({channel})',
    topics: 'Temas',
    channels: 'Canales',
    channelsHelp: 'Si desactivas un canal, no recibirás nada por él, ni siquiera los temas de arriba.',
    save: 'Guardar',
    saved: 'Tu elección se ha guardado.',
    none: 'Cancelar todas las suscripciones',
    noneDone: 'Ya no recibirás publicidad de {workspace}.',
    pause: 'Pausar todo durante 30 días',
    paused: 'En pausa hasta el {date}. Hasta entonces solo recibirás mensajes sobre tus pedidos y tu cuenta.',
    resume: 'Terminar la pausa',
    pausedDone: 'Todo está en pausa hasta el {date}.',
    resumedDone: 'La pausa ha terminado.',
    choose: 'Elegir lo que recibes',
    leaveTopic: '¿Quieres dejar de recibir «{topic}» ({channel}) de {workspace}?',
    leaveTopicButton: 'Dejar de recibir «{topic}»',
    leaveAllButton: 'Dejar de recibir todo ({channel})',
    leftTopic: 'Ya no recibirás «{topic}» ({channel}) de {workspace}.',
    confirmTitle: 'Confirma tu suscripción',
    confirm: '¿Quieres recibir «{topic}» ({channel}) de {workspace}?',
    confirmAll: '¿Quieres recibir mensajes ({channel}) de {workspace}?',
    confirmButton: 'Sí, suscribirme',
    confirmedTitle: 'Suscripción confirmada',
    confirmed: 'Gracias. Recibirás «{topic}» ({channel}) de {workspace}.',
    confirmedAll: 'Gracias. Recibirás mensajes ({channel}) de {workspace}.',
  },
  pt: {
    language: 'Português',
    title: 'Suas preferências',
    intro: 'Escolha o que você quer receber de {workspace}.',
    all: 'Todas as mensagens ({channel})',
    topics: 'Temas',
    channels: 'Canais',
    channelsHelp: 'Se você desativar um canal, não receberá nada por ele, nem os temas acima.',
    save: 'Salvar',
    saved: 'Sua escolha foi salva.',
    none: 'Cancelar todas as inscrições',
    noneDone: 'Você não receberá mais publicidade de {workspace}.',
    pause: 'Pausar tudo por 30 dias',
    paused: 'Em pausa até {date}. Até lá, você só recebe mensagens sobre seus pedidos e sua conta.',
    resume: 'Encerrar a pausa',
    pausedDone: 'Tudo está em pausa até {date}.',
    resumedDone: 'A pausa terminou.',
    choose: 'Escolher o que você recebe',
    leaveTopic: 'Quer parar de receber “{topic}” ({channel}) de {workspace}?',
    leaveTopicButton: 'Parar de receber “{topic}”',
    leaveAllButton: 'Parar de receber tudo ({channel})',
    leftTopic: 'Você não receberá mais “{topic}” ({channel}) de {workspace}.',
    confirmTitle: 'Confirme sua inscrição',
    confirm: 'Quer receber “{topic}” ({channel}) de {workspace}?',
    confirmAll: 'Quer receber mensagens ({channel}) de {workspace}?',
    confirmButton: 'Sim, quero receber',
    confirmedTitle: 'Inscrição confirmada',
    confirmed: 'Obrigado. Você receberá “{topic}” ({channel}) de {workspace}.',
    confirmedAll: 'Obrigado. Você receberá mensagens ({channel}) de {workspace}.',
  },
  it: {
    language: 'Italiano',
    title: 'Le tue preferenze',
    intro: 'Scegli cosa vuoi ricevere da {workspace}.',
    all: 'Tutti i messaggi ({channel})',
    topics: 'Argomenti',
    channels: 'Canali',
    channelsHelp: 'Se disattivi un canale, non ricevi nulla su di esso, nemmeno gli argomenti qui sopra.',
    save: 'Salva',
    saved: 'La tua scelta è stata salvata.',
    none: 'Annulla tutte le iscrizioni',
    noneDone: 'Non riceverai più pubblicità da {workspace}.',
    pause: 'Sospendi tutto per 30 giorni',
    paused: 'In pausa fino al {date}. Fino ad allora ricevi solo messaggi sui tuoi ordini e sul tuo account.',
    resume: 'Termina la pausa',
    pausedDone: 'Tutto è in pausa fino al {date}.',
    resumedDone: 'La pausa è terminata.',
    choose: 'Scegli cosa ricevere',
    leaveTopic: 'Non vuoi più ricevere «{topic}» ({channel}) da {workspace}?',
    leaveTopicButton: 'Non ricevere più «{topic}»',
    leaveAllButton: 'Non ricevere più nulla ({channel})',
    leftTopic: 'Non riceverai più «{topic}» ({channel}) da {workspace}.',
    confirmTitle: 'Conferma l’iscrizione',
    confirm: 'Vuoi ricevere «{topic}» ({channel}) da {workspace}?',
    confirmAll: 'Vuoi ricevere messaggi ({channel}) da {workspace}?',
    confirmButton: 'Sì, iscrivimi',
    confirmedTitle: 'Iscrizione confermata',
    confirmed: 'Grazie. Riceverai «{topic}» ({channel}) da {workspace}.',
    confirmedAll: 'Grazie. Riceverai messaggi ({channel}) da {workspace}.',
  },
};

/** The languages that pages come in, and what each is called in itself. */
export const pageLanguages: readonly { language: string; name: string }[] = Object.entries(words).map(
  ([language, { language: name }]) => ({ language, name }),
);

export function pageWords(language: string): PageWords {
  return words[language] ?? words['en']!;
}

type Asked = { asked?: string | undefined; accepted: string | undefined; usual?: string | undefined };

/**
 * The language of a page: the one that is asked for, else the one that a browser likes best of those there are (RFC 9110
 * 12.5.4), else the workspace's, else English.
 */
export function pageLanguage({ asked, accepted, usual }: Asked): string {
  const known = (tag: string | undefined): string | undefined => {
    const language = tag?.toLowerCase().split('-')[0];
    return language !== undefined && Object.hasOwn(words, language) ? language : undefined;
  };
  return known(asked) ?? known(preferred(accepted, Object.keys(words))) ?? known(usual) ?? 'en';
}

function preferred(accepted: string | undefined, languages: readonly string[]): string | undefined {
  return (accepted ?? '')
    .slice(0, 500)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().split(';');
      const quality = /^\s*q=([\d.]+)\s*$/.exec(parameters.at(-1) ?? '')?.[1];
      return { language: tag.toLowerCase().split('-')[0]!, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ language, quality }) => quality > 0 && languages.includes(language))
    .sort((one, other) => other.quality - one.quality)[0]?.language;
}

/** Puts names into words, in one go: a workspace may be called “{channel}”. All are text, not HTML. */
export function filled(text: string, names: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}(\(으\)로)?/g, (whole, name: string, particle = '') =>
    Object.hasOwn(names, name) ? names[name]! + (particle && particleAfter(names[name]!)) : whole,
  );
}

/** “(으)로” as it is written after a word: by the last syllable's final consonant; both where that is not Korean. */
function particleAfter(word: string): string {
  const final = ((word.codePointAt(word.length - 1) ?? 0) - hangul.first) % hangul.finals;
  if (!/[가-힣]$/.test(word)) return '(으)로';
  return final === hangul.none || final === hangul.rieul ? '로' : '으로';
}
