window.YTD.direct_messages.part0 = [ {
  "dmConversation" : { "conversationId" : "42-77", "messages" : [
    { "messageCreate" : { "recipientId" : "42", "reactions" : [ ], "urls" : [ ], "text" : "Bonjour, est-ce ouvert ?", "mediaUrls" : [ ], "senderId" : "77", "id" : "901", "createdAt" : "2024-03-19T08:00:00.000Z" } },
    { "messageCreate" : { "recipientId" : "77", "text" : "Oui, dès 9 h.", "mediaUrls" : [ "https://ton.example/dm/1.jpg" ], "senderId" : "42", "id" : "902", "createdAt" : "2024-03-19T08:05:00.000Z" } } ] }
}, {
  "dmConversation" : { "conversationId" : "13-42", "messages" : [
    { "messageCreate" : { "recipientId" : "42", "text" : "Merci", "mediaUrls" : [ ], "senderId" : "13", "id" : "903", "createdAt" : "2024-03-20T08:00:00.000Z" } },
    { "joinConversation" : { "initiatingUserId" : "13" } } ] }
} ]
