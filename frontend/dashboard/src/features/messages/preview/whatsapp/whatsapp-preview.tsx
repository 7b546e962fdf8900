export { ChatPreview as WhatsappPreview } from '../chat/chat-preview';
