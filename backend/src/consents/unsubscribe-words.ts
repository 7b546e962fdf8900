/**
 * The words of the page that a person leaves a channel on. `{workspace}` and `{channel}` stand for names: a channel’s own,
 * such as Email or SMS, which is the same in these languages. `{channels}` are its messages in English, such as emails.
 */
export type UnsubscribeWords = {
  title: string;
  question: string;
  button: string;
  doneTitle: string;
  done: string;
  testRun: string;
  invalidTitle: string;
  invalid: string;
};

const words: Record<string, UnsubscribeWords> = {
  en: {
    title: 'Unsubscribe',
    question: 'Stop {channels} from {workspace} to this address?',
    button: 'Unsubscribe',
    doneTitle: 'Unsubscribed',
    done: 'You won’t get any more {channels} from {workspace}.',
    testRun: 'This message belongs to a test run, so nothing was changed.',
    invalidTitle: 'This link isn’t valid',
    invalid: 'It may have been cut off, or the message no longer exists. Open the message again and use its link.',
  },
  ko: {
    title: '수신 거부',
    question: '{workspace}에서 이 주소로 보내는 {channel} 메시지를 그만 받으시겠어요?',
    button: '수신 거부',
    doneTitle: '수신 거부 완료',
    done: '앞으로 {workspace}의 {channel} 메시지를 받지 않습니다.',
    testRun: '테스트로 보낸 메시지이므로 아무것도 바뀌지 않았습니다.',
    invalidTitle: '올바르지 않은 링크입니다',
    invalid: '링크가 잘렸거나 메시지가 더 이상 없습니다. 메시지를 다시 열어 링크를 눌러 주세요.',
  },
  ja: {
    title: '配信停止',
    question: '{workspace} からこの宛先への {channel} メッセージの配信を停止しますか？',
    button: '配信を停止する',
    doneTitle: '配信を停止しました',
    done: '今後、{workspace} からの {channel} メッセージは届きません。',
    testRun: 'これはテスト用のメッセージのため、何も変更されていません。',
    invalidTitle: 'このリンクは無効です',
    invalid:
      'リンクが途中で切れているか、メッセージがすでに存在しません。メッセージをもう一度開いて、リンクをクリックしてください。',
  },
  de: {
    title: 'Abmelden',
    question: 'Möchten Sie an diese Adresse keine Nachrichten ({channel}) von {workspace} mehr erhalten?',
    button: 'Abmelden',
    doneTitle: 'Abgemeldet',
    done: 'Sie erhalten keine Nachrichten ({channel}) von {workspace} mehr.',
    testRun: 'Diese Nachricht gehört zu einem Testlauf. Es wurde nichts geändert.',
    invalidTitle: 'Dieser Link ist ungültig',
    invalid:
      'Er wurde möglicherweise abgeschnitten, oder die Nachricht gibt es nicht mehr. Öffnen Sie die Nachricht noch einmal und verwenden Sie den Link darin.',
  },
  fr: {
    title: 'Se désabonner',
    question: 'Ne plus recevoir de messages ({channel}) de {workspace} à cette adresse ?',
    button: 'Se désabonner',
    doneTitle: 'Vous êtes désabonné',
    done: 'Vous ne recevrez plus de messages ({channel}) de {workspace}.',
    testRun: 'Ce message fait partie d’un test : rien n’a été modifié.',
    invalidTitle: 'Ce lien n’est pas valide',
    invalid:
      'Il a peut-être été tronqué, ou le message n’existe plus. Ouvrez de nouveau le message et utilisez son lien.',
  },
  es: {
    title: 'Cancelar la suscripción',
    question: '¿Quieres dejar de recibir mensajes ({channel}) de {workspace} en esta dirección?',
    button: 'Cancelar la suscripción',
    doneTitle: 'Suscripción cancelada',
    done: 'Ya no recibirás mensajes ({channel}) de {workspace}.',
    testRun: 'Este mensaje forma parte de una prueba, así que no se ha cambiado nada.',
    invalidTitle: 'Este enlace no es válido',
    invalid:
      'Puede que esté cortado o que el mensaje ya no exista. Abre el mensaje de nuevo y usa el enlace que contiene.',
  },
  pt: {
    title: 'Cancelar inscrição',
    question: 'Quer parar de receber mensagens ({channel}) de {workspace} neste endereço?',
    button: 'Cancelar inscrição',
    doneTitle: 'Inscrição cancelada',
    done: 'Você não receberá mais mensagens ({channel}) de {workspace}.',
    testRun: 'Esta mensagem faz parte de um teste; nada foi alterado.',
    invalidTitle: 'Este link não é válido',
    invalid: 'Ele pode estar cortado, ou a mensagem não existe mais. Abra a mensagem de novo e use o link dela.',
  },
  it: {
    title: 'Annulla l’iscrizione',
    question: 'Non vuoi più ricevere messaggi ({channel}) da {workspace} a questo indirizzo?',
    button: 'Annulla l’iscrizione',
    doneTitle: 'Iscrizione annullata',
    done: 'Non riceverai più messaggi ({channel}) da {workspace}.',
    testRun: 'Questo messaggio fa parte di una prova: nulla è stato modificato.',
    invalidTitle: 'Questo link non è valido',
    invalid: 'Potrebbe essere incompleto, oppure il messaggio non esiste più. Riapri il messaggio e usa il suo link.',
  },
};

/** The words in one of the languages that pages come in. */
export function unsubscribeWords(language: string): UnsubscribeWords {
  return words[language] ?? words['en']!;
}
